/** What the page of a monthly gift asks for. Nothing here tells who gives. */
import { graphql } from '../../lib/graphql.ts';
import type { Ask } from '../ask.ts';
import type { PublicPageData } from '../render-page.tsx';

const MonthlyQuery = graphql(`
  query MonthlyPage($id: ID!) {
    monthlyGiving(id: $id) {
      __typename
      ... on QueryMonthlyGivingSuccess {
        data {
          id
          status
          checkoutUrl
          paidUntil
          total {
            amountMinor
            currency
          }
        }
      }
    }
  }
`);

/** Null when there is no such monthly gift. */
export async function loadMonthly(
  ask: Ask,
  { id, isBack }: { readonly id: string; readonly isBack: boolean },
): Promise<PublicPageData<'monthly'> | null> {
  const { monthlyGiving: answer } = await ask(MonthlyQuery, { id });
  return answer.__typename === 'QueryMonthlyGivingSuccess' ? { ...answer.data, isBack } : null;
}
