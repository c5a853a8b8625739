/**
 * Renders a public page to a whole HTML document. The same data gives the same bytes, nothing on the page
 * needs a script, and nothing inline runs without the nonce of the content policy.
 */
import { renderToStaticMarkup } from 'react-dom/server';
import { LocaleProvider } from '../components/locale-context.tsx';
import { translatorOf } from '../lib/i18n.ts';
import { LOCALES, otherLocale, readText } from '../lib/locale.ts';
import type { Locale, LocalizedText } from '../lib/locale.ts';
import { allocationRunPage } from './allocation/allocation-run-page.tsx';
import { howAllocationPage } from './allocation/how-allocation-page.tsx';
import type { PageAssets } from './assets.ts';
import { compensationPage } from './compensation/compensation-page.tsx';
import { compensationsPage } from './compensation/compensations-page.tsx';
import { componentsPage } from './components/components-page.tsx';
import { donationPage } from './donation/donation-page.tsx';
import { errorPage } from './error/error-page.tsx';
import { givePage } from './give/give-page.tsx';
import { imbalancePage } from './imbalance/imbalance-page.tsx';
import { givingLinkPage } from './my-giving/giving-link-page.tsx';
import { myGivingPage } from './my-giving/my-giving-page.tsx';
import { monthlyPage } from './monthly/monthly-page.tsx';
import { homePage } from './home/home-page.tsx';
import { paths, translatePath } from './paths.ts';
import { projectPage } from './project/project-page.tsx';
import type { HeadLanguage, PageHead, PublicPage, Site } from './public-page.ts';
import { reportPage } from './report/report-page.tsx';
import { reportsPage } from './reports/reports-page.tsx';
import { roundPage } from './round/round-page.tsx';
import { SiteLayout } from './site-layout.tsx';
import { SOCIAL_PICTURE, socialPictureVersion } from './social-picture.tsx';
import type { SocialPicture } from './social-picture.tsx';
import { verifyPage } from './verify/verify-page.tsx';

const pages = {
  home: homePage,
  round: roundPage,
  project: projectPage,
  give: givePage,
  donation: donationPage,
  monthly: monthlyPage,
  myGiving: myGivingPage,
  givingLink: givingLinkPage,
  howAllocation: howAllocationPage,
  allocationRun: allocationRunPage,
  imbalance: imbalancePage,
  compensations: compensationsPage,
  compensation: compensationPage,
  reports: reportsPage,
  report: reportPage,
  verify: verifyPage,
  error: errorPage,
  components: componentsPage,
};

export type PublicPageName = keyof typeof pages;
export type PublicPageData<Name extends PublicPageName> =
  (typeof pages)[Name] extends PublicPage<infer Data> ? Data : never;

/** A page with the data it is made of. */
export type PublicPageRequest = {
  [Name in PublicPageName]: { readonly page: Name; readonly data: PublicPageData<Name> };
}[PublicPageName];

interface RenderOptions {
  readonly locale: Locale;
  /** The nonce of this response's content policy. */
  readonly nonce: string;
  readonly assets: PageAssets;
  /** The path of the page with its query, such as `/zh/give?project=p1`. */
  readonly path: string;
  readonly site: Site;
}

/** The whole document of a public page, ready to send as `text/html; charset=utf-8`. */
export function renderPublicPage(request: PublicPageRequest, options: RenderOptions): string {
  // The names and the data were paired by `PublicPageRequest`; TypeScript cannot carry the pair through a lookup.
  const { head, Body } = pages[request.page] as PublicPage<unknown>;
  const { locale } = options;
  const language: HeadLanguage = {
    locale,
    t: translatorOf(locale),
    read: (text) => readText(text, locale),
  };
  const markup = renderToStaticMarkup(
    <html lang={locale}>
      <DocumentHead head={head(request.data, language)} language={language} options={options} />
      <body>
        <LocaleProvider locale={locale}>
          <SiteLayout site={options.site} path={options.path}>
            <Body data={request.data} />
          </SiteLayout>
        </LocaleProvider>
      </body>
    </html>,
  );
  return `<!doctype html>${markup}`;
}

/** What the picture of a page says; null where the page has none. */
export function socialPictureOf(request: PublicPageRequest, locale: Locale): SocialPicture | null {
  const { head } = pages[request.page] as PublicPage<unknown>;
  const language = { locale, t: translatorOf(locale), read: (text: LocalizedText) => readText(text, locale) };
  return pictureOfHead(head(request.data, language));
}

function pictureOfHead({ title, picture }: PageHead): SocialPicture | null {
  return picture === undefined ? null : { title, ...picture };
}

interface DocumentHeadProps {
  readonly head: PageHead;
  readonly language: HeadLanguage;
  readonly options: RenderOptions;
}

function DocumentHead({ head, language, options }: DocumentHeadProps) {
  const { locale, t } = language;
  const { assets, nonce, path, site } = options;
  const siteName = t('common:site.name');
  const title = head.title === siteName ? siteName : t('common:site.title', { page: head.title });
  return (
    <head>
      <meta charSet="utf-8" />
      <title>{title}</title>
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="description" content={head.description} />
      <meta name="theme-color" content="#0f5a54" />
      {head.private === true ? (
        <meta name="robots" content="noindex" />
      ) : (
        <Alternates path={path} site={site} />
      )}
      <meta property="og:site_name" content={siteName} />
      <meta property="og:type" content="website" />
      <meta property="og:title" content={head.title} />
      <meta property="og:description" content={head.description} />
      <meta property="og:url" content={`${site.origin}${path}`} />
      <meta property="og:locale" content={locale.replace('-', '_')} />
      <meta property="og:locale:alternate" content={otherLocale(locale).replace('-', '_')} />
      <PictureTags head={head} path={path} origin={site.origin} />
      {head.feed !== undefined && (
        <link rel="alternate" type="application/atom+xml" title={t('reports:title')} href={head.feed} />
      )}
      <link rel="icon" href="/icon.svg" type="image/svg+xml" />
      {assets.styles.map((href) => (
        <link key={href} rel="stylesheet" href={href} nonce={nonce} />
      ))}
      {assets.scripts.map((src) => (
        <script key={src} type="module" src={src} nonce={nonce} />
      ))}
    </head>
  );
}

function PictureTags({ head, path, origin }: { head: PageHead; path: string; origin: string }) {
  const picture = pictureOfHead(head);
  if (picture === null) return <meta name="twitter:card" content="summary" />;
  const address = paths.socialPicture(path, socialPictureVersion(picture));
  return (
    <>
      <meta name="twitter:card" content="summary_large_image" />
      <meta property="og:image" content={`${origin}${address}`} />
      <meta property="og:image:type" content="image/png" />
      <meta property="og:image:width" content={String(SOCIAL_PICTURE.width)} />
      <meta property="og:image:height" content={String(SOCIAL_PICTURE.height)} />
      <meta property="og:image:alt" content={head.description} />
    </>
  );
}

function Alternates({ path, site }: { path: string; site: Site }) {
  return (
    <>
      <link rel="canonical" href={`${site.origin}${path}`} />
      {LOCALES.map((locale) => (
        <link
          key={locale}
          rel="alternate"
          hrefLang={locale}
          href={`${site.origin}${translatePath(path, locale)}`}
        />
      ))}
    </>
  );
}
