/** Whole lists of Stripe's, page by page. */
import { PaymentRefused } from './payments.ts';
import { callStripe } from './stripe-failures.ts';

const PAGE_SIZE = 100;
const MAX_LISTED = 10_000;

/** Follows a list to its end, oldest first. A list with a hole in it would reconcile to a wrong total. */
export async function listAll<T extends { id: string }>(
  list: (page: { limit: number; starting_after?: string }) => Promise<{ data: T[]; has_more: boolean }>,
): Promise<T[]> {
  const all: T[] = [];
  let after: string | undefined;
  do {
    const position = after === undefined ? {} : { starting_after: after };
    const page = await callStripe(() => list({ limit: PAGE_SIZE, ...position }));
    all.push(...page.data);
    if (all.length > MAX_LISTED) {
      throw new PaymentRefused(`More than ${MAX_LISTED} entries: ask for a shorter period.`, {
        providerCode: 'list_too_long',
        requestId: null,
      });
    }
    after = page.has_more ? page.data.at(-1)?.id : undefined;
  } while (after !== undefined);
  return all.reverse();
}
