/**
 * The region that the foundation serves, with its localities, sectors, service items and dictionary. All of it is
 * data: nothing in the platform may assume how many localities there are, or which.
 */
import type { LocalizedText } from './localized-text.ts';
import type { ManagementLimit } from './management-limit.ts';
import type { Currency } from './money.ts';

/** A published figure of a locality's capacity to pay, in 100 million yuan (亿元), as an exact decimal. */
export interface CapacityFigure {
  readonly measure: 'budget-expenditure' | 'gdp';
  readonly year: number;
  readonly amountYi: string;
}

export interface Locality {
  /** GB/T 2260 code. */
  readonly code: string;
  readonly name: LocalizedText;
  readonly shortName: LocalizedText;
  readonly province: LocalizedText;
  readonly capacity: readonly CapacityFigure[];
}

export interface Sector {
  readonly code: string;
  readonly name: LocalizedText;
  /** Classification of the functions of government (UN COFOG). */
  readonly cofog: string;
}

export interface ServiceItem {
  readonly code: string;
  readonly sector: string;
  readonly name: LocalizedText;
  /** The published list in which it first stood, or null. */
  readonly firstListed: string | null;
}

/** A local term for a service item: the raw label is kept as the locality writes it. */
export interface DictionaryTerm {
  readonly serviceItem: string;
  readonly locality: string;
  readonly label: string;
  /** How well the local service answers to the item. */
  readonly match: 'exact' | 'close' | 'broad' | 'narrow';
}

export interface Region {
  readonly code: string;
  readonly name: LocalizedText;
  readonly currency: Currency;
  /** IANA name; calendar dates of the region are days in it. */
  readonly timeZone: string;
  /** Yearly limits of management cost, each from its day on; absent where those of the law hold. */
  readonly managementLimits?: readonly ManagementLimit[];
  readonly localities: readonly Locality[];
  readonly sectors: readonly Sector[];
  readonly serviceItems: readonly ServiceItem[];
  readonly dictionary: readonly DictionaryTerm[];
}

export const codesOf = (things: readonly { readonly code: string }[]): ReadonlySet<string> =>
  new Set(things.map((thing) => thing.code));
