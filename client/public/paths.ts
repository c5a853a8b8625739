/** Every address of the public site, in one place: links, redirects and routes are made from these. */
import { prefixOf } from '../lib/locale.ts';
import type { Locale } from '../lib/locale.ts';

export interface ProjectFilter {
  readonly sector?: string | undefined;
  readonly locality?: string | undefined;
  readonly inclusive?: boolean | undefined;
}

function withQuery(path: string, query: Readonly<Record<string, string | undefined>>): string {
  const pairs = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return pairs.length === 0 ? path : `${path}?${new URLSearchParams(pairs).toString()}`;
}

export const paths = {
  home: (locale: Locale) => `/${prefixOf(locale)}/`,
  round: (locale: Locale, code: string, filter: ProjectFilter = {}) =>
    withQuery(`/${prefixOf(locale)}/rounds/${encodeURIComponent(code)}`, {
      sector: filter.sector,
      locality: filter.locality,
      inclusive: filter.inclusive === true ? 'yes' : undefined,
    }),
  project: (locale: Locale, code: string) => `/${prefixOf(locale)}/projects/${encodeURIComponent(code)}`,
  give: (locale: Locale, project?: string) => withQuery(`/${prefixOf(locale)}/give`, { project }),
  donation: (locale: Locale, id: string) => `/${prefixOf(locale)}/donations/${encodeURIComponent(id)}`,
  /** "My giving" through a donor's link; `done` names the notice of what was just done. */
  myGiving: (locale: Locale, token: string, done?: string) =>
    withQuery(`/${prefixOf(locale)}/my-giving/${encodeURIComponent(token)}`, { done }),
  givingLink: (locale: Locale, done?: string) => withQuery(`/${prefixOf(locale)}/my-giving`, { done }),
  reports: (locale: Locale) => `/${prefixOf(locale)}/reports`,
  report: (locale: Locale, number: string, version?: number) =>
    `/${prefixOf(locale)}/reports/${encodeURIComponent(number)}${version === undefined ? '' : `/v${version}`}`,
  allocation: (locale: Locale) => `/${prefixOf(locale)}/allocation`,
  imbalance: (locale: Locale) => `/${prefixOf(locale)}/imbalance`,
  compensations: (locale: Locale) => `/${prefixOf(locale)}/compensation`,
  compensation: (locale: Locale, id: string) => `/${prefixOf(locale)}/compensation/${encodeURIComponent(id)}`,
  /** A published compensation statement as a file; only the table speaks a language. */
  compensationFile: (id: string, file: 'problem.json' | 'result.json' | 'statement.csv', locale?: Locale) =>
    withQuery(`/compensation/${encodeURIComponent(id)}/${file}`, {
      lang: locale === undefined ? undefined : prefixOf(locale),
    }),
  allocationRun: (locale: Locale, id: string) =>
    `/${prefixOf(locale)}/allocation/runs/${encodeURIComponent(id)}`,
  /** What an executed allocation was computed from, or what came out; the same in both languages. */
  allocationFile: (id: string, file: 'problem' | 'result') =>
    `/allocation/runs/${encodeURIComponent(id)}/${file}.json`,
  /** The immutable bytes of one published file; the same in both languages. */
  reportFile: (number: string, version: number, file: string) =>
    `/reports/${encodeURIComponent(number)}/v${version}/${encodeURIComponent(file)}`,
  /** The reports as a feed for readers that subscribe; `json` for those that read JSON Feed. */
  feed: (locale: Locale, format: 'atom' | 'json' = 'atom') => `/${prefixOf(locale)}/reports/feed.${format}`,
  /** The picture that chats show beside a link to the page at `path`; `version` changes with what it says. */
  socialPicture: (path: string, version: string) => `/social${path.replace(/[?].*$/, '')}?v=${version}`,
  /** The ledger under a report, for checking both; the same bytes for ever. */
  reportLedger: (number: string, version: number) =>
    `/reports/${encodeURIComponent(number)}/v${version}/ledger.jsonl`,
  donationProof: (id: string) => `/donations/${encodeURIComponent(id)}/proof.jsonl`,
  verify: (locale: Locale, subject: { readonly report?: string; readonly gift?: string } = {}) =>
    withQuery(`/${prefixOf(locale)}/verify`, { report: subject.report, gift: subject.gift }),
  components: (locale: Locale) => `/${prefixOf(locale)}/dev/components`,
  workspace: () => '/app',
} as const;

/** The address of the same page in the other language. */
export function translatePath(path: string, to: Locale): string {
  return path.replace(/^\/(zh|en)(?=\/|$)/, `/${prefixOf(to)}`);
}
