/**
 * A published compensation statement as files: what `share` was asked, what it answers to the byte, and the statement as
 * a table. They never change again.
 */
import { Router } from 'express';
import type { BookTable } from '../domain/book-table.ts';
import { statementOfCompensation, type Compensation } from '../domain/compensation.ts';
import type { LocalizedText } from '../domain/localized-text.ts';
import type { Region } from '../domain/region.ts';
import { findPublishedCompensation } from '../services/compensations/read-compensations.ts';
import type { Platform } from '../services/context.ts';
import { loadRegion } from '../services/region.ts';
import { sendCsv } from './book-exports.ts';

const FOR_EVER = 'public, max-age=31536000, immutable';

const heading = (zh: string, en: string): LocalizedText => ({ zh, en });

const COLUMNS = [
  { heading: heading('属地代码', 'Locality code'), kind: 'text' },
  { heading: heading('属地', 'Locality'), kind: 'text' },
  { heading: heading('单独承担', 'On its own'), kind: 'amount' },
  { heading: heading('应分担额', 'Fair share'), kind: 'amount' },
  { heading: heading('合作节省', 'Saved by sharing'), kind: 'amount' },
  { heading: heading('已支付', 'Paid'), kind: 'amount' },
  { heading: heading('数据来源', 'Source of the figure'), kind: 'text' },
  { heading: heading('应收（应付为负）', 'Would get (owes: negative)'), kind: 'amount' },
] as const;

const OUR_LEDGER = heading('本基金会账簿', 'Our ledger');

/** One row a locality, as the page shows them. */
function tableOf(one: Compensation, region: Region, language: keyof LocalizedText): BookTable {
  const rows = statementOfCompensation(one).lines.map((line) => {
    const place = region.localities.find(({ code }) => code === line.locality);
    const figure = one.paid.find(({ locality }) => locality === line.locality);
    return [
      line.locality,
      place?.shortName[language] ?? line.locality,
      ...[line.standAloneMinor, line.shareMinor, line.savingMinor, line.paidMinor],
      figure?.source === 'ledger' ? OUR_LEDGER[language] : (figure?.note ?? ''),
      line.netMinor,
    ];
  });
  return { currency: one.currency, columns: [...COLUMNS], rows };
}

export function createCompensationFiles({ database }: Pick<Platform, 'database'>): Router {
  const router = Router();
  router.get('/compensation/:id/:file', async (request, response, next) => {
    const { id, file } = request.params;
    const known = ['problem.json', 'result.json', 'statement.csv'].includes(file);
    const found = known ? await findPublishedCompensation(database, id) : null;
    if (found === null) {
      next();
      return;
    }
    response.setHeader('cache-control', FOR_EVER);
    if (file !== 'statement.csv') {
      response.type('application/json').send(file === 'problem.json' ? found.problemJson : found.resultJson);
      return;
    }
    const language = request.query['lang'] === 'en' ? 'en' : 'zh';
    const table = tableOf(found, await loadRegion(database), language);
    response.setHeader('content-disposition', `attachment; filename="compensation-${language}.csv"`);
    await sendCsv(response, table, language);
  });
  return router;
}
