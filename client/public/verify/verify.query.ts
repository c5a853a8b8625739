/** What the page of checks needs: the published reports, newest first. */
import type { Ask } from '../ask.ts';
import { loadReports } from '../reports/reports.query.ts';
import type { VerifyData } from './verify-page.tsx';

const MAX_LISTED = 10;

export async function loadVerify(
  ask: Ask,
  { gift, report }: { readonly gift: string | undefined; readonly report: string | undefined },
): Promise<VerifyData> {
  const { reports } = await loadReports(ask);
  const wanted = reports.filter(({ number }) => number === report);
  return { reports: (wanted.length > 0 ? wanted : reports).slice(0, MAX_LISTED), gift: gift ?? null };
}
