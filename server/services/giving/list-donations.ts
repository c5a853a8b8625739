/** Donations and set-aside payments, newest first, for those who may read who gave. */
import { requireRight } from '../../domain/access.ts';
import type { Donation, DonationStatus } from '../../domain/donation.ts';
import type { PaymentEventRecord } from '../../domain/payment-event.ts';
import { operators } from '../../db/database.ts';
import { donations, type StoredDonation } from '../../db/models/donation.ts';
import { paymentEvents } from '../../db/models/payment-event.ts';
import { recordRead } from '../audit-log.ts';
import type { ServiceContext } from '../context.ts';
import { limitOf, type Page } from '../page.ts';

export async function listDonations(
  context: ServiceContext,
  filter: { readonly status: DonationStatus | null },
  page: Page,
): Promise<Donation[]> {
  requireRight(context.actor, 'donation.read');
  const model = donations(context.database);
  const last =
    page.after === null ? null : await model.findById(page.after, { createdAt: 1 }).lean<Donation>();
  if (page.after !== null && last === null) return [];
  const found = await model
    .find({
      ...(filter.status === null ? {} : { status: filter.status }),
      ...(last === null
        ? {}
        : {
            $or: [
              { createdAt: operators({ $lt: last.createdAt }) },
              { createdAt: last.createdAt, _id: operators({ $lt: last._id }) },
            ],
          }),
    })
    .sort({ createdAt: -1, _id: -1 })
    .limit(limitOf(page))
    .lean<StoredDonation[]>();
  await recordRead(
    context,
    'donations',
    found.map(({ _id }) => _id),
  );
  return found;
}

/** What disagreed with our records and was not credited. */
export async function listQuarantinedPayments(
  context: ServiceContext,
  page: Page,
): Promise<PaymentEventRecord[]> {
  requireRight(context.actor, 'donation.read');
  const model = paymentEvents(context.database);
  const last =
    page.after === null
      ? null
      : await model.findById(page.after, { receivedAt: 1 }).lean<PaymentEventRecord>();
  if (page.after !== null && last === null) return [];
  return model
    .find({
      status: 'quarantined',
      ...(last === null
        ? {}
        : {
            $or: [
              { receivedAt: operators({ $lt: last.receivedAt }) },
              { receivedAt: last.receivedAt, _id: operators({ $lt: last._id }) },
            ],
          }),
    })
    .sort({ receivedAt: -1, _id: -1 })
    .limit(limitOf(page))
    .lean<PaymentEventRecord[]>();
}
