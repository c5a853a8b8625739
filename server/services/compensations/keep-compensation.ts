/** Keeping a compensation statement as a draft, or as the next version of one. Nothing is published by it. */
import { requireRight } from '../../domain/access.ts';
import {
  computeCompensation,
  faultsOfCompensation,
  faultsOfLedgerFigures,
  problemOfCompensation,
  termsOfCompensation,
  type Compensation,
  type CompensationTerms,
} from '../../domain/compensation.ts';
import { IdAlreadyUsed, InvalidInput, NotFound, NotPermitted, SignInRequired } from '../../domain/errors.ts';
import { openControl, signatureOf } from '../../domain/four-eyes.ts';
import { codesOf } from '../../domain/region.ts';
import { inTransaction, type ClientSession, type Database } from '../../db/database.ts';
import { compensations, type StoredCompensation } from '../../db/models/compensation.ts';
import type { ServiceContext } from '../context.ts';
import { assertUuid, digestOf, findCreated } from '../create-once.ts';
import { loadRegion } from '../region.ts';
import { assertOccasion, readPaid, type PaidByLocality } from './read-paid.ts';

export interface KeepCompensationInput extends CompensationTerms {
  readonly id: string;
  /** The version that this one replaces; null for a new matter. */
  readonly revises: string | null;
}

export const keepCompensationErrors = [
  InvalidInput,
  NotPermitted,
  SignInRequired,
  NotFound,
  IdAlreadyUsed,
] as const;

/** The place of a new version in its series. */
async function numberOf(
  database: Database,
  session: ClientSession,
  { id, revises }: Pick<KeepCompensationInput, 'id' | 'revises'>,
): Promise<Pick<Compensation, 'series' | 'version'>> {
  if (revises === null) return { series: id, version: 1 };
  const revised = await compensations(database).findById(revises).session(session).lean<StoredCompensation>();
  if (revised === null) throw new NotFound('compensation statement', revises);
  const [latest] = await compensations(database)
    .find({ series: revised.series })
    .sort({ version: -1 })
    .limit(1)
    .session(session)
    .lean<StoredCompensation[]>();
  return { series: revised.series, version: (latest ?? revised).version + 1 };
}

/** Computes the shares and keeps them with everything that they were computed from, or says all that is wrong. */
export async function keepCompensation(
  context: ServiceContext,
  input: KeepCompensationInput,
): Promise<Compensation> {
  const { database, clock, actor } = context;
  const person = requireRight(actor, 'compensation.prepare');
  assertUuid(input.id);
  const { id, revises, ...terms } = input;
  const requestDigest = digestOf(input);
  const earlier = await findCreated(compensations(database), 'compensation statement', id, requestDigest);
  if (earlier !== null) return earlier;
  const region = await loadRegion(database);
  const faults = faultsOfCompensation(terms, codesOf(region.localities));
  if (faults.length > 0) throw new InvalidInput(faults);
  await assertOccasion(database, terms);
  const { round, project } = terms;
  const now = clock.now();
  const ledger = round === null ? [] : await readPaid(database, { round, project });
  const differing = faultsOfLedgerFigures(terms.paid, amountsOf(ledger), region.currency);
  if (differing.length > 0) throw new InvalidInput(differing);
  const signature = signatureOf(person, now);
  return inTransaction(database, async (session) => {
    const created = await findCreated(
      ...([compensations(database), 'compensation statement', id, requestDigest, session] as const),
    );
    if (created !== null) return created;
    const content = {
      ...{ _id: id, ...(await numberOf(database, session, { id, revises })), round, project },
      title: { zh: terms.title.zh.trim(), en: terms.title.en.trim() },
      ...{ currency: region.currency, costsSource: terms.costsSource.trim(), paid: terms.paid },
      ...{ figuresAt: now, parties: partiesBehind(ledger, terms.paid) },
      ...computeCompensation(problemOfCompensation(terms)),
      kept: signature,
    };
    const stored: StoredCompensation = {
      ...{ ...content, status: 'draft', publishedAt: null, requestDigest },
      control: openControl(digestOf(termsOfCompensation(content)), signature),
    };
    await compensations(database).create([stored], { session });
    return stored;
  });
}

export const amountsOf = (ledger: readonly PaidByLocality[]): ReadonlyMap<string, bigint> =>
  new Map(ledger.map(({ locality, amountMinor }) => [locality, amountMinor]));

/** The governments whose money stands in figures of the ledger. */
function partiesBehind(ledger: readonly PaidByLocality[], paid: CompensationTerms['paid']): string[] {
  const fromLedger = new Set(
    paid.filter(({ source }) => source === 'ledger').map(({ locality }) => locality),
  );
  return [
    ...new Set(
      ledger
        .filter(({ locality }) => fromLedger.has(locality))
        .flatMap(({ pledges }) => pledges.map(({ party }) => party)),
    ),
  ];
}
