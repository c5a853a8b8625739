/** Opening and reading funds. */
import { requireRight } from '../domain/access.ts';
import { fundIdOfGifts, type Fund, type FundKind } from '../domain/fund.ts';
import { GENERAL_FUND } from '../domain/posting-rules.ts';
import {
  isUnrestricted,
  normalizeRestriction,
  UNRESTRICTED,
  type Restriction,
} from '../domain/restriction.ts';
import type { Region } from '../domain/region.ts';
import { readFundPositions, type FundPosition } from '../ledger/read-balances.ts';
import { operators, type ClientSession, type Database } from '../db/database.ts';
import { funds } from '../db/models/fund.ts';
import { batched } from './batch.ts';
import type { ServiceContext } from './context.ts';
import { inTexts } from './found-by-name.ts';
import { chosen, newestBy, pageOf, readPage, type Page, type PageOf } from './page.ts';

/** Opens a fund unless it is open already; a fund's restriction never changes afterwards. */
export async function openFund(database: Database, session: ClientSession, fund: Fund): Promise<void> {
  const existing = await funds(database).exists({ _id: fund._id }).session(session);
  if (existing === null) await funds(database).create([fund], { session });
}

const GENERAL_NAME = { zh: '非限定基金', en: 'General fund' };

/** What a restriction is called: `卫生健康·嘉善`, from the region's names. */
export function nameOfRestriction(restriction: Restriction, region: Region): { zh: string; en: string } {
  if (isUnrestricted(restriction)) return GENERAL_NAME;
  const sectors = (restriction.sectors ?? []).flatMap((code) =>
    region.sectors.filter((s) => s.code === code),
  );
  const places = (restriction.localities ?? []).flatMap((code) =>
    region.localities.filter((l) => l.code === code),
  );
  const names = [...sectors.map((sector) => sector.name), ...places.map((place) => place.shortName)];
  const projects = restriction.projects?.length ?? 0;
  return {
    zh: [...names.map((name) => name.zh), ...(projects > 0 ? [`指定项目 ${projects} 个`] : [])].join('·'),
    en: [...names.map((name) => name.en), ...(projects > 0 ? [`${projects} named project(s)`] : [])].join(
      ' · ',
    ),
  };
}

/** Opens the fund for gifts under a restriction, or finds it open, and gives its id. */
export async function openGiftFund(
  database: Database,
  session: ClientSession,
  given: { readonly restriction: Restriction; readonly region: Region; readonly openedAt: Date },
): Promise<string> {
  const restriction = normalizeRestriction(given.restriction);
  const fundId = fundIdOfGifts(restriction);
  const label = nameOfRestriction(restriction, given.region);
  await openFund(database, session, {
    _id: fundId,
    kind: fundId === GENERAL_FUND ? 'unrestricted' : 'restricted',
    restriction: fundId === GENERAL_FUND ? UNRESTRICTED : restriction,
    capPerProjectMinor: null,
    name: fundId === GENERAL_FUND ? label : { zh: `捐赠：${label.zh}`, en: `Gifts: ${label.en}` },
    openedAt: given.openedAt,
  });
  return fundId;
}

const MAX_UNRESTRICTED = 50_000;

/** Ids of the funds whose money its givers left without restriction, the general fund among them. */
export async function readUnrestrictedFunds(
  database: Database,
  session: ClientSession | null = null,
): Promise<ReadonlySet<string>> {
  const found = await funds(database)
    .find({ kind: 'unrestricted' })
    .select({ _id: 1 })
    .sort({ _id: 1 })
    .limit(MAX_UNRESTRICTED)
    .session(session)
    .lean<Pick<Fund, '_id'>[]>();
  return new Set([GENERAL_FUND, ...found.map(({ _id }) => _id)]);
}

export async function findFunds(database: Database, ids: readonly string[]): Promise<Fund[]> {
  return funds(database)
    .find({ _id: operators({ $in: [...ids] }) })
    .limit(ids.length)
    .lean<Fund[]>();
}

/** One fund, or null; read together with the others that a request asks for. */
export const findFundOf = batched(
  async (database, ids) => new Map((await findFunds(database, ids)).map((fund) => [fund._id, fund])),
);

export interface FundWithPosition extends Fund {
  readonly position: FundPosition;
}

export interface FundsAsked {
  readonly kind: FundKind | null;
  /** Words of the name. */
  readonly search: string | null;
  /** Only this one, by its id. */
  readonly only: string | null;
}

/** Funds with what the ledger says they hold, the latest opened first. */
export async function listFunds(
  context: ServiceContext,
  { kind, search, only }: FundsAsked,
  page: Page,
): Promise<PageOf<FundWithPosition>> {
  requireRight(context.actor, 'ledger.read');
  const conditions = { ...chosen({ kind, _id: only }), $and: inTexts(['name.zh', 'name.en'], search) };
  const read = await readPage<Fund>(funds(context.database), conditions, newestBy('openedAt'), page);
  const found = read.items;
  const positions = await readFundPositions(
    context.database,
    found.map((fund) => fund._id),
  );
  const withPositions = found.flatMap((fund) => {
    const position = positions.get(fund._id);
    return position === undefined ? [] : [{ ...fund, position }];
  });
  return pageOf(read, withPositions);
}
