/** Loading monthly giving, and its public state. */
import { monthlyGivings, type StoredMonthlyGiving } from '../../db/models/monthly-giving.ts';
import type { ClientSession, Database } from '../../db/database.ts';
import { NotFound } from '../../domain/errors.ts';
import { presentAmount, type AgreedAmount, type MonthlyGiving } from '../../domain/monthly-giving.ts';

export async function loadMonthly(
  database: Database,
  id: string,
  session: ClientSession | null = null,
): Promise<StoredMonthlyGiving> {
  const monthly = await monthlyGivings(database).findById(id).session(session).lean<StoredMonthlyGiving>();
  if (monthly === null) throw new NotFound('monthly gift', id);
  return monthly;
}

/** Monthly giving as anyone who knows its id may see it: nothing about the donor. */
export type PublicMonthlyGiving = Pick<
  MonthlyGiving,
  '_id' | 'currency' | 'parts' | 'status' | 'stopsAtPeriodEnd' | 'paidUntil' | 'createdAt'
> & { readonly amount: AgreedAmount; readonly checkoutUrl: string | null };

export function publicMonthlyOf(monthly: Omit<StoredMonthlyGiving, 'donor'>): PublicMonthlyGiving {
  const { _id, currency, parts, status, stopsAtPeriodEnd, paidUntil, createdAt, checkout } = monthly;
  const isOpen = status === 'created' || status === 'awaiting-payment';
  return {
    _id,
    currency,
    parts,
    status,
    stopsAtPeriodEnd,
    paidUntil,
    createdAt,
    amount: presentAmount(monthly),
    checkoutUrl: isOpen ? (checkout?.url ?? null) : null,
  };
}

export const findMonthlyErrors = [NotFound] as const;

export async function findMonthly(database: Database, id: string): Promise<PublicMonthlyGiving> {
  return publicMonthlyOf(await loadMonthly(database, id));
}

/** One waiting look at a monthly gift is enough. */
export const monthlyKey = (id: string): string => `follow-monthly-${id}`;
