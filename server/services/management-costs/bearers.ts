/** Funds that may bear management cost, and how much of each is free for it now. */
import { requireRight } from '../../domain/access.ts';
import { NotFound } from '../../domain/errors.ts';
import type { Fund } from '../../domain/fund.ts';
import { managementRoom, mayBearManagement, type BearerFacts } from '../../domain/management-cost.ts';
import { minor, type Minor } from '../../domain/money.ts';
import { GENERAL_FUND } from '../../domain/posting-rules.ts';
import { operators, type ClientSession, type Database } from '../../db/database.ts';
import { funds } from '../../db/models/fund.ts';
import { readFundPositions } from '../../ledger/read-balances.ts';
import { readNaturesOfFund } from '../../ledger/read-fund-flows.ts';
import { readAtOneInstant } from '../../ledger/snapshot-read.ts';
import type { ServiceContext } from '../context.ts';
import { inTexts } from '../found-by-name.ts';
import { findFunds } from '../funds.ts';
import { chosen } from '../page.ts';

/** @throws NotFound */
export async function loadBearer(database: Database, id: string): Promise<Fund> {
  const [fund] = await findFunds(database, [id]);
  if (fund === undefined) throw new NotFound('fund', id);
  return fund;
}

/** What the ledger says of a fund, in one snapshot. */
export async function readBearerFacts(
  database: Database,
  fundId: string,
  session: ClientSession,
): Promise<BearerFacts> {
  const position = (await readFundPositions(database, [fundId], session)).get(fundId);
  const { balanceMinor = 0n, cashMinor = 0n, receivableMinor = 0n } = position ?? {};
  // Of unrestricted money management may take whatever is there, so that nothing is summed up for it.
  const natures = fundId === GENERAL_FUND ? null : await readNaturesOfFund(database, session, fundId);
  const of = (nature: 'contribution' | 'write-off' | 'refund' | 'management') => natures?.get(nature) ?? 0n;
  return {
    ...{ balanceMinor, cashMinor, receivableMinor },
    contributedMinor: of('contribution') + of('write-off') + of('refund'),
    borneMinor: 0n - of('management'),
  };
}

/** A fund with what management may take of it now. */
export interface CostBearer {
  readonly fund: Fund;
  readonly roomMinor: Minor;
}

const MAX_BEARERS = 100;

/**
 * Funds that may bear management cost, the general fund first, those with most to give before the others: at most a
 * hundred, because each one's room is computed from the ledger; the others are found by words of their names.
 */
export async function listCostBearers(
  { database, actor }: ServiceContext,
  { search, only }: { readonly search: string | null; readonly only: string | null },
): Promise<CostBearer[]> {
  requireRight(actor, 'ledger.read');
  const words = inTexts(['name.zh', 'name.en'], search);
  const found = await funds(database)
    .find({
      ...chosen({ _id: only }),
      kind: operators({ $in: ['unrestricted', 'restricted'] as const }),
      $or: [{ kind: 'unrestricted' }, { managementShareBasisPoints: operators({ $gt: 0 }) }],
      ...(words.length === 0 ? {} : { $and: words }),
    })
    .sort({ kind: -1, _id: 1 })
    .limit(MAX_BEARERS)
    .lean<Fund[]>();
  return readAtOneInstant(database, null, async (session) => {
    const bearers: CostBearer[] = [];
    for (const fund of found.filter(mayBearManagement)) {
      const facts = await readBearerFacts(database, fund._id, session);
      bearers.push({ fund, roomMinor: minor(managementRoom(fund, facts)) });
    }
    const isGeneral = ({ fund }: CostBearer) => Number(fund._id === GENERAL_FUND);
    return bearers.sort(
      (one, other) =>
        isGeneral(other) - isGeneral(one) ||
        Number(other.roomMinor > one.roomMinor) - Number(one.roomMinor > other.roomMinor),
    );
  });
}
