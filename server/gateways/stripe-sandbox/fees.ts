/**
 * What the sandbox charges. Real fees are a contract between an account and Stripe and need not be these;
 * nothing may depend on the figures, only on reading them from the balance transaction.
 */

interface FeeRate {
  /** Hundredths of a percent of the amount. */
  readonly basisPoints: bigint;
  /** In minor units of the charge's currency. */
  readonly fixedMinor: bigint;
}

const CARD: FeeRate = { basisPoints: 340n, fixedMinor: 235n };
const WALLET: FeeRate = { basisPoints: 220n, fixedMinor: 235n };
const BASIS = 10_000n;

/** Taken when a dispute is opened, and not given back. */
export const DISPUTE_FEE_MINOR = 8_000;

export const MAX_CHARGE_MINOR = 99_999_999;

/** Nothing smaller is charged: the fixed fee would eat it. */
export function minChargeMinor(currency: string): number {
  return currency === 'cny' ? 400 : 50;
}

/** Days until the money of a charge is available for a payout. */
export const SETTLEMENT_DAYS = 2;

/** The fee for a successful charge, halves rounded up, in minor units. */
export function chargeFeeMinor(amountMinor: number, methodType: string): number {
  const { basisPoints, fixedMinor } = methodType === 'card' ? CARD : WALLET;
  const proportional = (BigInt(amountMinor) * basisPoints + BASIS / 2n) / BASIS;
  return Number(proportional + fixedMinor);
}
