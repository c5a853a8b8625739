/**
 * Asks for what a public page needs. The answer is the page with its data, or the page that says there is
 * nothing at this address.
 */
import type { Ask } from './ask.ts';
import { loadImbalance } from './imbalance/imbalance.query.ts';
import { loadAllocationRun, loadHowAllocation } from './allocation/allocation.query.ts';
import { loadCompensation, loadCompensations } from './compensation/compensation.query.ts';
import { loadDonation } from './donation/donation.query.ts';
import { loadGive } from './give/give.query.ts';
import type { GiveFormState } from './give/give.query.ts';
import { loadHome } from './home/home.query.ts';
import { loadProject } from './project/project.query.ts';
import { loadMonthly } from './monthly/monthly.query.ts';
import type { FailedStep } from './my-giving/my-giving-data.ts';
import { loadMyGiving } from './my-giving/my-giving.query.ts';
import type { Site } from './public-page.ts';
import type { PublicPlace } from './public-routes.ts';
import { SiteQuery } from './region.query.ts';
import type { PublicPageRequest } from './render-page.tsx';
import { loadReport, loadReports } from './reports/reports.query.ts';
import { loadRound } from './round/round.query.ts';
import { loadVerify } from './verify/verify.query.ts';

const NOT_FOUND: PublicPageRequest = { page: 'error', data: { kind: 'notFound', reference: null } };

/** What a visit to the form for giving brings along, or to "My giving" after a step that went wrong. */
export type Giving = Pick<GiveFormState, 'idempotencyKey' | 'values' | 'errors'> & {
  readonly failedStep?: FailedStep;
};

export async function loadPublicPage(
  ask: Ask,
  place: PublicPlace | null,
  giving: Giving,
): Promise<PublicPageRequest> {
  switch (place?.page) {
    case 'home':
      return { page: 'home', data: await loadHome(ask) };
    case 'round': {
      const data = await loadRound(ask, place.code, place.filter);
      return data === null ? NOT_FOUND : { page: 'round', data };
    }
    case 'project': {
      const data = await loadProject(ask, place.id);
      return data === null ? NOT_FOUND : { page: 'project', data };
    }
    case 'give':
      return { page: 'give', data: await loadGive(ask, { ...giving, project: place.project }) };
    case 'donation': {
      const data = await loadDonation(ask, place);
      return data === null ? NOT_FOUND : { page: 'donation', data };
    }
    case 'monthly': {
      const data = await loadMonthly(ask, place);
      return data === null ? NOT_FOUND : { page: 'monthly', data };
    }
    case 'myGiving': {
      const visit = { done: place.done, failed: giving.failedStep };
      const data = await loadMyGiving(ask, place.token, visit);
      return data === null ? linkPage('invalid') : { page: 'myGiving', data };
    }
    case 'givingLink':
      return linkPage(place.done, giving.failedStep);
    case 'howAllocation':
      return { page: 'howAllocation', data: await loadHowAllocation(ask) };
    case 'imbalance':
      return { page: 'imbalance', data: await loadImbalance(ask) };
    case 'compensations':
      return { page: 'compensations', data: await loadCompensations(ask) };
    case 'compensation': {
      const data = await loadCompensation(ask, place.id);
      return data === null ? NOT_FOUND : { page: 'compensation', data };
    }
    case 'allocationRun': {
      const data = await loadAllocationRun(ask, place.id);
      return data === null ? NOT_FOUND : { page: 'allocationRun', data };
    }
    case 'reports':
      return { page: 'reports', data: await loadReports(ask) };
    case 'report': {
      const data = await loadReport(ask, place.number, place.version);
      return data === null ? NOT_FOUND : { page: 'report', data };
    }
    case 'verify':
      return { page: 'verify', data: await loadVerify(ask, place) };
    case 'components':
      return { page: 'components', data: null };
    case undefined:
      return NOT_FOUND;
  }
}

const LINK_NOTICES = ['asked', 'revoked', 'erased', 'invalid'] as const;

function linkPage(done: string | undefined, failed?: FailedStep): PublicPageRequest {
  const notice = LINK_NOTICES.find((one) => one === done) ?? null;
  return { page: 'givingLink', data: { notice, failed: failed ?? null } };
}

/** What the frame of every page shows, beside what only the configuration knows. */
export async function loadSite(ask: Ask, known: Pick<Site, 'origin' | 'sandbox'>): Promise<Site> {
  const { region, rounds } = await ask(SiteQuery, {});
  return {
    ...known,
    region: region.name,
    roundCode: (rounds.find(({ status }) => status === 'OPEN') ?? rounds[0])?.code ?? null,
  };
}
