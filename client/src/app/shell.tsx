/** The frame of the workspaces: who is at work, where they may go, and the screen they are on. */
import { useEffect, useRef } from 'react';
import { Outlet, useLocation, useNavigate } from 'react-router';
import { BrandMark } from '../../components/brand-mark.tsx';
import { useLanguage } from '../../components/locale-context.tsx';
import { changeConnection, useConnection } from '../../lib/connection.ts';
import type { MessageKey } from '../../lib/i18n.ts';
import { notifyNews } from '../../lib/notify.ts';
import { useSession } from '../../lib/session.tsx';
import { useWaiting, waitingKey } from '../../lib/waiting.ts';
import { workspacePaths as paths } from '../../lib/workspace-paths.ts';
import type { Right } from '../../../server/domain/access.ts';
import { ConfirmationDialog } from './confirmation-dialog.tsx';
import { LanguageSwitch } from './language-switch.tsx';

interface Place {
  readonly href: string;
  readonly name: MessageKey;
  /** Shown to those who hold it, for the foundation or for an organization of theirs. */
  readonly right: Right | null;
}

interface PlaceGroup {
  /** What its places have in common; none for the one above all. */
  readonly name: MessageKey | null;
  readonly places: readonly Place[];
}

const GROUPS: readonly PlaceGroup[] = [
  {
    name: null,
    places: [{ href: paths.queue(), name: 'workspace:nav.queue', right: null }],
  },
  {
    name: 'workspace:navGroup.projects',
    places: [
      { href: paths.rounds(), name: 'workspace:nav.rounds', right: null },
      { href: paths.proposals(), name: 'workspace:nav.proposals', right: 'proposal.read' },
      { href: paths.allocations(), name: 'workspace:nav.allocations', right: 'allocation.read' },
      { href: paths.compensations(), name: 'workspace:nav.compensations', right: 'compensation.read' },
    ],
  },
  {
    name: 'workspace:navGroup.income',
    places: [
      { href: paths.pledges(), name: 'workspace:nav.pledges', right: 'pledge.read' },
      { href: paths.gifts(), name: 'workspace:nav.gifts', right: 'donation.read' },
      { href: paths.givingGuard(), name: 'workspace:nav.givingGuard', right: 'giving.guard' },
    ],
  },
  {
    name: 'workspace:navGroup.payments',
    places: [
      { href: paths.awards(), name: 'workspace:nav.awards', right: 'award.read' },
      { href: paths.disbursements(), name: 'workspace:nav.disbursements', right: 'award.read' },
      { href: paths.managementCosts(), name: 'workspace:nav.managementCosts', right: 'cost.read' },
      { href: paths.reports(), name: 'workspace:nav.reports', right: 'ledger.read' },
    ],
  },
  {
    name: 'workspace:navGroup.books',
    places: [
      { href: paths.funds(), name: 'workspace:nav.funds', right: 'ledger.read' },
      { href: paths.ledger(), name: 'workspace:nav.ledger', right: 'ledger.read' },
      { href: paths.bank(), name: 'workspace:nav.bank', right: 'bank.read' },
      { href: paths.handEntries(), name: 'workspace:nav.entries', right: 'ledger.read' },
      { href: paths.periods(), name: 'workspace:nav.periods', right: 'ledger.read' },
    ],
  },
  {
    name: 'workspace:navGroup.administration',
    places: [
      { href: paths.parties(), name: 'workspace:nav.parties', right: 'party.read' },
      { href: paths.people(), name: 'workspace:nav.people', right: 'account.manage' },
      { href: paths.policies(), name: 'workspace:nav.policies', right: 'policy.read' },
      { href: paths.audit(), name: 'workspace:nav.audit', right: 'audit.read' },
    ],
  },
];

export function Shell() {
  const { t } = useLanguage();
  const { person, signOut } = useSession();
  const { pathname } = useLocation();
  const waiting = useNews();
  const { reachable } = useConnection();
  useInnerLinks();
  const main = useFreshStart(pathname);
  return (
    <div className="workspace">
      <a className="skip-link" href="#content">
        {t('common:site.skip')}
      </a>
      <header className="workspace-head">
        <a className="brand" href="/">
          <BrandMark />
          <span className="brand-name">{t('common:site.name')}</span>
        </a>
        <a className="workspace-person" href={paths.account()}>
          {person.name}
        </a>
        <LanguageSwitch />
        <button type="button" className="link-button" onClick={() => void signOut()}>
          {t('workspace:signIn.out')}
        </button>
      </header>
      <Navigation pathname={pathname} waiting={waiting} />
      <main id="content" className="workspace-main" tabIndex={-1} ref={main}>
        {!reachable && (
          <p className="offline-note" role="status">
            {t('workspace:offline')}
          </p>
        )}
        <Outlet />
      </main>
      <ConfirmationDialog />
    </div>
  );
}

/** The places that whoever is at work may go to, in groups. */
function Navigation({ pathname, waiting }: { pathname: string; waiting: number }) {
  const { t } = useLanguage();
  const { person, may } = useSession();
  const here = `/app${pathname}`;
  const mayGo = ({ right }: Place): boolean =>
    right === null || may(right) || person.memberships.some(({ partyId }) => may(right, partyId));
  return (
    <nav className="workspace-nav" aria-label={t('common:nav.label')}>
      {GROUPS.map(({ name, places }) => ({ name, places: places.filter(mayGo) }))
        .filter(({ places }) => places.length > 0)
        .map(({ name, places }) => (
          <div className="nav-group" key={name}>
            {name !== null && <p id={name}>{t(name)}</p>}
            <ul aria-labelledby={name ?? undefined}>
              {places.map((place) => {
                const isQueue = place.href === paths.queue();
                const current = isQueue ? here === place.href : here.startsWith(place.href);
                return (
                  <li key={place.href}>
                    <a href={place.href} aria-current={current ? 'page' : undefined}>
                      {t(place.name)}
                      {isQueue && waiting > 0 && (
                        <span className="nav-count">
                          <span aria-hidden="true">{waiting}</span>
                          <span className="visually-hidden">
                            {t('workspace:nav.waiting', { count: waiting })}
                          </span>
                        </span>
                      )}
                    </a>
                  </li>
                );
              })}
            </ul>
          </div>
        ))}
    </nav>
  );
}

/** How often the queue is looked at while the window is seen. */
const LOOK_EVERY_MS = 60_000;

/** How much waits for whoever is at work; says so when something new comes. */
function useNews(): number {
  const { t } = useLanguage();
  const { data, again } = useWaiting();
  const look = useRef(again);
  const known = useRef<ReadonlySet<string> | null>(null);
  useEffect(() => {
    look.current = again;
  });
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') look.current();
    }, LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  useEffect(() => {
    if (data === undefined) return;
    if (data.viewer.person === null) changeConnection({ ended: true });
    const keys = new Set(data.viewer.waitingForMe.map(waitingKey));
    const fresh =
      known.current === null ? 0 : [...keys].filter((key) => known.current?.has(key) !== true).length;
    known.current = keys;
    if (fresh > 0) notifyNews(t('queue:new', { count: fresh }));
  }, [data, t]);
  return data?.viewer.waitingForMe.length ?? 0;
}

/** Components shared with the public pages use plain links; inside the workspaces these do not reload. */
function useInnerLinks(): void {
  const navigate = useNavigate();
  useEffect(() => {
    const follow = (event: MouseEvent) => {
      if (event.defaultPrevented || event.button !== 0) return;
      if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
      const link = event.target instanceof Element ? event.target.closest('a') : null;
      const href = link?.getAttribute('href') ?? '';
      if (!href.startsWith('/app/')) return;
      event.preventDefault();
      void navigate(href.slice('/app'.length));
    };
    document.addEventListener('click', follow);
    return () => document.removeEventListener('click', follow);
  }, [navigate]);
}

/** A new screen starts at its top, with the reader of a screen told that it is there. */
function useFreshStart(pathname: string) {
  const main = useRef<HTMLElement>(null);
  const seen = useRef(pathname);
  useEffect(() => {
    if (seen.current === pathname) return;
    seen.current = pathname;
    window.scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [pathname]);
  return main;
}
