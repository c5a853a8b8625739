/** commitTransaction and abortTransaction. */
import type { Doc } from '../bson/types.ts';
import { CommandError } from '../errors.ts';
import type { CommandContext } from './context.ts';

function requireSession(context: CommandContext): {
  session: NonNullable<CommandContext['session']>;
  number: bigint;
} {
  const { session, body } = context;
  const number = body['txnNumber'];
  if (session === undefined || typeof number !== 'bigint') {
    throw new CommandError('BadValue', `${context.name} must be run within a transaction`);
  }
  return { session, number };
}

export function commitTransaction(context: CommandContext): Doc {
  const { session, number } = requireSession(context);
  if (session.transaction?.number !== number && session.record?.number === number && session.record.committed)
    return { ok: 1 };
  const transaction = session.current(number);
  if (!transaction.isCommitted) transaction.commit();
  return { ok: 1 };
}

export function abortTransaction(context: CommandContext): Doc {
  const { session, number } = requireSession(context);
  const transaction = session.current(number);
  transaction.requireOpen();
  transaction.abort();
  return { ok: 1 };
}
