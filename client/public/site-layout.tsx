/** The frame of every public page: skip link, head with navigation and language, content, foot. */
import type { ReactNode } from 'react';
import { BrandMark } from '../components/brand-mark.tsx';
import { useLanguage } from '../components/locale-context.tsx';
import { otherLocale } from '../lib/locale.ts';
import { paths, translatePath } from './paths.ts';
import type { Site } from './public-page.ts';

interface SiteLayoutProps {
  readonly site: Site;
  readonly path: string;
  readonly children: ReactNode;
}

export function SiteLayout({ site, path, children }: SiteLayoutProps) {
  const { t } = useLanguage();
  return (
    <>
      <a className="skip-link" href="#content">
        {t('common:site.skip')}
      </a>
      {site.sandbox && (
        <p className="sandbox-note">
          <strong>{t('common:site.sandboxTitle')}</strong> {t('common:site.sandboxText')}
        </p>
      )}
      <SiteHead site={site} path={path} />
      <main id="content">{children}</main>
      <SiteFoot site={site} />
    </>
  );
}

function SiteHead({ site, path }: { site: Site; path: string }) {
  const { locale, t } = useLanguage();
  const other = otherLocale(locale);
  const links = [
    ...(site.roundCode === null
      ? []
      : [{ href: paths.round(locale, site.roundCode), name: t('common:nav.round') }]),
    { href: paths.reports(locale), name: t('common:nav.reports') },
  ];
  return (
    <header className="site-head">
      <div className="site-head-row">
        <a className="brand" href={paths.home(locale)}>
          <BrandMark />
          <span className="brand-name">{t('common:site.name')}</span>
        </a>
        <nav className="site-nav" aria-label={t('common:nav.label')}>
          {links.map(({ href, name }) => (
            <a key={href} href={href} aria-current={path === href ? 'page' : undefined}>
              {name}
            </a>
          ))}
        </nav>
        <a className="language" href={translatePath(path, other)} hrefLang={other} lang={other}>
          {t('common:site.otherLanguage')}
        </a>
        <a className="button button-small" href={paths.give(locale)}>
          {t('common:nav.give')}
        </a>
      </div>
    </header>
  );
}

function SiteFoot({ site }: { site: Site }) {
  const { locale, t, read } = useLanguage();
  return (
    <footer className="site-foot">
      <div className="site-foot-row">
        <div>
          <p className="site-foot-name">{t('common:site.name')}</p>
          <p>{t('common:site.serves', { region: read(site.region) })}</p>
        </div>
        <nav aria-label={t('common:nav.footLabel')}>
          <a href={paths.reports(locale)}>{t('common:nav.reports')}</a>
          <a href={paths.verify(locale)}>{t('common:nav.verify')}</a>
          <a href={paths.allocation(locale)}>{t('common:nav.allocation')}</a>
          <a href={paths.imbalance(locale)}>{t('imbalance:title')}</a>
          <a href={paths.compensations(locale)}>{t('compensation:title')}</a>
          <a href={paths.give(locale)}>{t('common:nav.give')}</a>
          <a href={paths.givingLink(locale)}>{t('myGiving:title')}</a>
          <a href={paths.workspace()}>{t('common:nav.workspace')}</a>
        </nav>
        <p className="site-foot-promise">{t('common:site.promise')}</p>
      </div>
    </footer>
  );
}
