/** Which pledges a bank line may be a receipt of, found as people look for them: by a piece of a name or of an agreement. */
import { requireRight } from '../../domain/access.ts';
import type { Pledge } from '../../domain/pledge.ts';
import { pledges, type StoredPledge } from '../../db/models/pledge.ts';
import type { ServiceContext } from '../context.ts';
import { limitOf, type Page } from '../page.ts';
import { findParties } from '../parties.ts';
import { outstandingMinor } from '../pledges.ts';

/** More binding pledges than a foundation of a region has at one time. */
const MAX_BINDING = 5_000;

/** Pledges that money of this amount may come in for: binding, with so much outstanding. */
export async function listPledgesDue(
  context: ServiceContext,
  { amountMinor, search }: { readonly amountMinor: bigint; readonly search: string | null },
  page: Page,
): Promise<Pledge[]> {
  requireRight(context.actor, 'bank.read');
  const { database } = context;
  const binding = await pledges(database)
    .find({ status: 'binding' })
    .sort({ round: 1, _id: 1 })
    .limit(MAX_BINDING)
    .lean<StoredPledge[]>();
  const enough = binding.filter((pledge) => outstandingMinor(pledge) >= amountMinor);
  const sought = plain(search ?? '');
  if (sought === '') return enough.slice(0, limitOf(page));
  const pledgers = await findParties(database, [...new Set(enough.map(({ party }) => party))]);
  const names = new Map(pledgers.map(({ _id, name }) => [_id, `${name.zh} ${name.en}`]));
  return enough
    .filter(({ party, agreementReference }) =>
      plain(`${names.get(party) ?? ''} ${agreementReference}`).includes(sought),
    )
    .slice(0, limitOf(page));
}

/** As people type it: in either width and case, blanks left out. */
const plain = (text: string): string => text.normalize('NFKC').toLowerCase().replaceAll(/\s/g, '');
