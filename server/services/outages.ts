/** Telling an outage from a defect: what is away now and may answer the same request later. */
import { MongoNetworkError, MongoServerSelectionError, MongoTopologyClosedError } from 'mongodb';
import { MailerUnavailable } from '../gateways/mailer.ts';
import { PaymentGatewayUnavailable } from '../gateways/payments.ts';

const OUTAGES = [
  MongoNetworkError,
  MongoServerSelectionError,
  MongoTopologyClosedError,
  PaymentGatewayUnavailable,
  MailerUnavailable,
] as const;

/** Codes of a server that is starting, stopping or choosing a primary. */
const TRANSIENT_CODES: ReadonlySet<number> = new Set([91, 189, 10107, 11600, 11602, 13435, 13436]);

/** True when the database, the payment processor or the mail server could not be reached. */
export function isOutage(error: unknown): boolean {
  if (OUTAGES.some((outage) => error instanceof outage)) return true;
  if (!(error instanceof Error)) return false;
  if (error.name === 'MongooseServerSelectionError') return true;
  return 'code' in error && typeof error.code === 'number' && TRANSIENT_CODES.has(error.code);
}
