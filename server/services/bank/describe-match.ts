/** What a line is, or may be, in words that staff recognize. */
import type { BankMatch, BankMatchKind } from '../../domain/bank-line.ts';
import type { LocalizedText } from '../../domain/localized-text.ts';
import { minor, type Currency, type Minor } from '../../domain/money.ts';
import { receivedMinor, type Pledge } from '../../domain/pledge.ts';
import { NotFound } from '../../domain/errors.ts';
import type { ManagementCost } from '../../domain/management-cost.ts';
import type { GiftRefund } from '../../domain/gift-refund.ts';
import type { Database } from '../../db/database.ts';
import type { ProcessorPayout } from '../../domain/clearing.ts';
import { managementCosts } from '../../db/models/management-cost.ts';
import { processorPayouts } from '../../db/models/processor-line.ts';
import { pledges } from '../../db/models/pledge.ts';
import { giftRefunds } from '../../db/models/gift-refund.ts';
import { loadDisbursement } from '../disbursements/read-disbursements.ts';
import { nameOfRestriction } from '../funds.ts';
import { loadDonation } from '../giving/donation-records.ts';
import { loadRegion } from '../region.ts';
import { findParty } from '../parties.ts';

export interface MatchedThing {
  readonly kind: BankMatchKind;
  readonly id: string;
  readonly name: LocalizedText;
  readonly reference: string | null;
  /** What is outstanding, or was paid. */
  readonly due: { readonly amountMinor: Minor; readonly currency: Currency };
}

export async function describeMatch(database: Database, { kind, id }: BankMatch): Promise<MatchedThing> {
  switch (kind) {
    case 'pledge': {
      const pledge = await pledges(database).findById(id).lean<Pledge>();
      if (pledge === null) throw new NotFound('pledge', id);
      const { name } = await findParty(database, pledge.party);
      const amountMinor = minor(pledge.amountMinor - receivedMinor(pledge));
      const due = { amountMinor, currency: pledge.currency };
      return { kind, id, name, reference: pledge.agreementReference, due };
    }
    case 'transfer-gift':
    case 'unannounced-gift': {
      const donation = await loadDonation(database, id);
      const region = await loadRegion(database);
      const { giftMinor: amountMinor, currency, transfer } = donation;
      const name = nameOfRestriction(donation.restriction, region);
      return { kind, id, name, reference: transfer?.reference ?? null, due: { amountMinor, currency } };
    }
    case 'payout': {
      const payout = await processorPayouts(database).findById(id).lean<ProcessorPayout>();
      if (payout === null) throw new NotFound('payout', id);
      const { amountMinor, currency, arrivalOn } = payout;
      return {
        kind,
        id,
        name: { zh: arrivalOn, en: arrivalOn },
        reference: id,
        due: { amountMinor, currency },
      };
    }
    case 'transfer-refund': {
      const refund = await giftRefunds(database).findById(id).lean<GiftRefund>();
      if (refund === null) throw new NotFound('refund', id);
      const { amountMinor, currency, payee, donationId } = refund;
      const name = payee?.accountName ?? '—';
      return {
        kind,
        id,
        name: { zh: name, en: name },
        reference: donationId,
        due: { amountMinor, currency },
      };
    }
    case 'management-cost': {
      const cost = await managementCosts(database).findById(id).lean<ManagementCost>();
      if (cost === null) throw new NotFound('cost', id);
      const { amountMinor, currency, payee, bankReference: reference } = cost;
      const name = { zh: payee.accountName, en: payee.accountName };
      return { kind, id, name, reference, due: { amountMinor, currency } };
    }
    case 'disbursement': {
      const { grantee, amountMinor, currency, bankReference } = await loadDisbursement(database, id, null);
      const { name } = await findParty(database, grantee);
      return { kind, id, name, reference: bankReference, due: { amountMinor, currency } };
    }
  }
}
