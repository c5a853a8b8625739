/** Donations and set-aside payments, newest first, for those who may read who gave. */
import { requireRight } from '../../domain/access.ts';
import type { Donation, DonationStatus } from '../../domain/donation.ts';
import type { PaymentEventRecord } from '../../domain/payment-event.ts';
import { donations, type StoredDonation } from '../../db/models/donation.ts';
import { paymentEvents } from '../../db/models/payment-event.ts';
import { recordRead } from '../audit-log.ts';
import type { ServiceContext } from '../context.ts';
import { chosen, newestBy, readPage, type Page, type PageOf } from '../page.ts';

export async function listDonations(
  context: ServiceContext,
  filter: { readonly status: DonationStatus | null },
  page: Page,
): Promise<PageOf<Donation>> {
  requireRight(context.actor, 'donation.read');
  const order = newestBy('createdAt');
  const found = await readPage<StoredDonation>(donations(context.database), chosen(filter), order, page);
  await recordRead(
    context,
    'donations',
    found.items.map(({ _id }) => _id),
  );
  return found;
}

/** What disagreed with our records and was not credited. */
export async function listQuarantinedPayments(
  context: ServiceContext,
  page: Page,
): Promise<PageOf<PaymentEventRecord>> {
  requireRight(context.actor, 'donation.read');
  const conditions = { status: 'quarantined' };
  return readPage(paymentEvents(context.database), conditions, newestBy('receivedAt'), page);
}
