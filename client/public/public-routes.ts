/** Which public page stands at a path. A path without a language belongs to none and is redirected first. */
import { localeOfPrefix } from '../lib/locale.ts';
import type { Locale } from '../lib/locale.ts';
import type { ProjectFilter } from './paths.ts';

export type PublicPlace =
  | { readonly page: 'home' }
  | { readonly page: 'round'; readonly code: string; readonly filter: ProjectFilter }
  | { readonly page: 'project'; readonly id: string }
  | { readonly page: 'give'; readonly project: string | undefined }
  | { readonly page: 'donation'; readonly id: string; readonly isBack: boolean }
  | { readonly page: 'myGiving'; readonly token: string; readonly done: string | undefined }
  | { readonly page: 'givingLink'; readonly done: string | undefined }
  | { readonly page: 'monthly'; readonly id: string; readonly isBack: boolean }
  | { readonly page: 'howAllocation' }
  | { readonly page: 'imbalance' }
  | { readonly page: 'compensations' }
  | { readonly page: 'compensation'; readonly id: string }
  | { readonly page: 'allocationRun'; readonly id: string }
  | { readonly page: 'reports' }
  | { readonly page: 'report'; readonly number: string; readonly version: number | null }
  | { readonly page: 'verify'; readonly report: string | undefined; readonly gift: string | undefined }
  | { readonly page: 'components' };

export interface PublicRoute {
  readonly locale: Locale;
  /** Null when the language is known and the page is not. */
  readonly place: PublicPlace | null;
}

/** Null for a path that does not begin with a language. */
export function publicRouteOf(pathname: string, search: URLSearchParams): PublicRoute | null {
  const [prefix = '', ...rest] = pathname.split('/').slice(1).map(decodeSegment);
  const locale = localeOfPrefix(prefix);
  if (locale === null) return null;
  const segments = rest.filter((segment) => segment !== '');
  return { locale, place: placeOf(segments, search) };
}

function placeOf(segments: readonly string[], search: URLSearchParams): PublicPlace | null {
  const [first, second, third, ...more] = segments;
  if (more.length > 0) return null;
  if (first === undefined) return { page: 'home' };
  if (first === 'allocation') return allocationOf(second, third);
  if (first === 'reports' && second !== undefined) return reportOf(second, third);
  if (third !== undefined) return null;
  if (second === undefined) {
    if (first === 'give') return { page: 'give', project: wordOf(search, 'project') };
    if (first === 'verify')
      return { page: 'verify', report: wordOf(search, 'report'), gift: wordOf(search, 'gift') };
    if (first === 'my-giving') return { page: 'givingLink', done: wordOf(search, 'done') };
    if (first === 'compensation') return { page: 'compensations' };
    if (first === 'imbalance') return { page: 'imbalance' };
    return first === 'reports' ? { page: 'reports' } : null;
  }
  switch (first) {
    case 'rounds':
      return { page: 'round', code: second, filter: filterOf(search) };
    case 'compensation':
      return { page: 'compensation', id: second };
    case 'projects':
      return { page: 'project', id: second };
    case 'donations':
      return { page: 'donation', id: second, isBack: isBackFromPayment(search) };
    case 'monthly':
      return { page: 'monthly', id: second, isBack: isBackFromPayment(search) };
    case 'my-giving':
      return { page: 'myGiving', token: second, done: wordOf(search, 'done') };
    case 'dev':
      return second === 'components' ? { page: 'components' } : null;
    default:
      return null;
  }
}

function allocationOf(second: string | undefined, id: string | undefined): PublicPlace | null {
  if (second === undefined) return { page: 'howAllocation' };
  return second === 'runs' && id !== undefined ? { page: 'allocationRun', id } : null;
}

function reportOf(number: string, version: string | undefined): PublicPlace | null {
  if (version === undefined) return { page: 'report', number, version: null };
  const digits = /^v([1-9]\d{0,5})$/.exec(version)?.[1];
  return digits === undefined ? null : { page: 'report', number, version: Number(digits) };
}

function filterOf(search: URLSearchParams): ProjectFilter {
  return {
    sector: wordOf(search, 'sector'),
    locality: wordOf(search, 'locality'),
    inclusive: search.get('inclusive') === 'yes',
  };
}

/** The payment page sends back with this whoever has paid there; it proves nothing, and only chooses the words. */
const isBackFromPayment = (search: URLSearchParams): boolean => search.get('from') === 'payment';

function wordOf(search: URLSearchParams, name: string): string | undefined {
  const word = search.get(name)?.trim() ?? '';
  return word === '' ? undefined : word;
}

/** A segment that is not valid percent-encoding names nothing, so it is left as it stands. */
function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
