/** The invariant that a published report rebuilds byte for byte from the ledger. */
import type { InvariantResult } from '../../ledger/check-ledger.ts';
import { reports, type StoredReport } from '../../db/models/report.ts';
import type { ServiceContext } from '../context.ts';
import { rebuildsIdentically } from './publish-report.ts';

export async function checkPublishedReports(
  context: Pick<ServiceContext, 'database'>,
): Promise<InvariantResult> {
  const breaches: string[] = [];
  let count = 0;
  for await (const report of reports(context.database)
    .find({ status: 'published' })
    .lean<StoredReport>()
    .cursor()) {
    count += 1;
    if (!(await rebuildsIdentically(context, report))) {
      breaches.push(`report ${report.number} v${report.version} no longer follows from the ledger`);
    }
  }
  return {
    invariant: 'every published report rebuilds byte for byte',
    figure: `${count} reports`,
    holds: breaches.length === 0,
    breaches,
  };
}
