/** What the form for giving shows: the fields as they were sent, what may be chosen, and what is wrong. */
import type { MoneyValue } from '../../lib/format.ts';
import type { LocalizedText } from '../../lib/locale.ts';

export interface NamedCode {
  readonly code: string;
  readonly name: LocalizedText;
}

/** The fields of the form, named as they are sent. */
export interface GiveValues {
  readonly amount: string;
  /** Once, every month until stopped, or once by a bank transfer. */
  readonly rhythm: 'once' | 'monthly' | 'transfer';
  readonly purpose: 'region' | 'sector' | 'locality' | 'project' | 'several';
  /** The parts of a gift for several purposes. */
  readonly parts: readonly PartValues[];
  readonly sector: string;
  readonly locality: string;
  readonly project: string;
  readonly name: string;
  readonly email: string;
  /** The giver agrees to be named in reports; anonymous otherwise. */
  readonly named: boolean;
  readonly message: string;
  /** In whose honour or memory. */
  readonly dedication: string;
  /** The giver says that they belong to whom the gift will serve. */
  readonly related: boolean;
  readonly payerKind: 'individual' | 'company';
  readonly payerTitle: string;
  readonly creditCode: string;
  readonly coverFee: boolean;
}

interface PartValues {
  /** `region`, `sector:health`, `locality:330421` or `project:…`; empty where the row is not used. */
  readonly to: string;
  /** In yuan; empty for whatever is left of the gift. */
  readonly amount: string;
}

export interface GiveData {
  /** Made for this visit to the form; sending the form again with it never charges twice. */
  readonly idempotencyKey: string;
  readonly presets: readonly MoneyValue[];
  readonly minimum: MoneyValue;
  readonly maximum: MoneyValue;
  readonly transferOffered: boolean;
  /** What the payment service keeps of a payment: a share and a fixed part. */
  readonly feeCoverRate: { readonly basisPoints: number; readonly fixedMinor: string };
  readonly sectors: readonly NamedCode[];
  readonly localities: readonly NamedCode[];
  readonly projects: readonly NamedCode[];
  readonly values: GiveValues;
  /** What sponsors would add to the gift as it is filled in; null where nothing can be said yet. */
  readonly matches: readonly MatchTold[] | null;
  /** What is wrong, in the reader's language, by field; empty on the first visit. */
  readonly errors: Readonly<Partial<Record<keyof GiveValues | 'form', string>>>;
}

/** What one pool would add: a range, never a promise. */
export interface MatchTold {
  readonly pool: LocalizedText;
  readonly least: MoneyValue;
  readonly most: MoneyValue;
  /** Enough for all who are giving now, not enough if they all come first, or nothing left. */
  readonly certainty: 'AMPLE' | 'CONTESTED' | 'EXHAUSTED';
  readonly needsEmail: boolean;
  readonly refundWindowDays: number;
}

/** What the page gives its script: the rate of the fee, and sentences with places for amounts. */
export interface GiftTold {
  readonly rate: GiveData['feeCoverRate'];
  readonly currency: string;
  readonly once: string;
  readonly monthly: string;
  readonly transfer: string;
  /** Follows one of the others when the donor pays the fee as well. */
  readonly withFee: string;
}
