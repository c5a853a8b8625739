/** What an account of the ledger is called: by its fund, the party of its pledge, the project of its award. */
import { describeKind, kindOfAccount } from '../../domain/chart-of-accounts.ts';
import { parseAccount, type AccountClass } from '../../domain/journal.ts';
import type { LocalizedText } from '../../domain/localized-text.ts';
import { operators, type Database } from '../../db/database.ts';
import { awards } from '../../db/models/award.ts';
import { parties } from '../../db/models/party.ts';
import { pledges } from '../../db/models/pledge.ts';
import { projects } from '../../db/models/project.ts';
import { batched } from '../batch.ts';
import { findFunds } from '../funds.ts';

type Named = readonly (readonly [id: string, name: LocalizedText])[];

const among = (ids: readonly string[]) => ({ _id: operators({ $in: [...ids] }) });

async function namesOfFunds(database: Database, ids: readonly string[]): Promise<Named> {
  return (await findFunds(database, ids)).map(({ _id, name }) => [_id, name]);
}

/** A pledge is known by who made it and its agreement. */
async function namesOfPledges(database: Database, ids: readonly string[]): Promise<Named> {
  const found = await pledges(database).find(among(ids)).limit(ids.length).lean();
  const partyIds = [...new Set(found.map(({ party }) => party))];
  const givers = await parties(database).find(among(partyIds)).limit(partyIds.length).lean();
  const nameOf = new Map(givers.map(({ _id, name }) => [_id, name]));
  return found.flatMap(({ _id, party, agreementReference }) => {
    const name = nameOf.get(party);
    if (name === undefined) return [];
    return [[_id, { zh: `${name.zh}·${agreementReference}`, en: `${name.en} · ${agreementReference}` }]];
  });
}

async function namesOfAwards(database: Database, ids: readonly string[]): Promise<Named> {
  const found = await awards(database).find(among(ids)).limit(ids.length).lean();
  const projectIds = [...new Set(found.map(({ project }) => project))];
  const paid = await projects(database).find(among(projectIds)).limit(projectIds.length).lean();
  const titleOf = new Map(paid.map(({ _id, title }) => [_id, title]));
  return found.flatMap(({ _id, project }) => {
    const title = titleOf.get(project);
    return title === undefined ? [] : [[_id, title]];
  });
}

const READERS: Partial<Record<AccountClass, (database: Database, ids: readonly string[]) => Promise<Named>>> =
  {
    fund: namesOfFunds,
    receivable: namesOfPledges,
    'award-payable': namesOfAwards,
  };

/** The kind's own name where an account has none of its own: a bank account, a donor's debt. */
export async function readNames(
  database: Database,
  accounts: readonly string[],
): Promise<Map<string, LocalizedText>> {
  const names = new Map<string, LocalizedText>();
  for (const account of accounts) {
    const kind = kindOfAccount(account);
    if (kind !== null) names.set(account, describeKind(kind).name);
  }
  for (const [accountClass, read] of Object.entries(READERS)) {
    const ids = accounts.flatMap((account) => {
      const parsed = parseAccount(account);
      return parsed?.class === accountClass ? [parsed.owner] : [];
    });
    if (ids.length === 0) continue;
    for (const [id, name] of await read(database, ids)) names.set(`${accountClass}:${id}`, name);
  }
  return names;
}

/** One account's name; read together with the others that a request asks for. */
export const nameOfAccount = batched(readNames);
