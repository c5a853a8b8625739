/**
 * What a round comes to beside its projects: an organization that carries what running the foundation costs, that cost
 * paid through four eyes, and an award that did not need all of its money.
 */
import { dayOf } from '../../server/domain/time.ts';
import { demoId, type ApiClient } from './api-client.ts';
import { PLEDGES, RUNNING_COST, wan } from './scenario.ts';
import { CONTROL, type Controlled, SIGNED, signedAs } from './steps.ts';

const isOpen = ({ status }: Controlled): boolean => status === 'PROPOSED';

/** A one-page invoice that says what it is. */
const INVOICE = new TextEncoder().encode(
  '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 100]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>endobj\n4 0 obj<</Length 52>>stream\nBT /F 12 Tf 20 50 Td (Invoice of the demo, no. 7) Tj ET\nendstream endobj\n5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n',
);

/** Proposes the first cost of running the foundation, from what the last pledge has left over. */
export async function proposeRunningCost(finance: ApiClient): Promise<Controlled> {
  const [id, document] = [demoId('running cost'), demoId('running invoice')];
  await finance.bring(
    `/entry-documents/${id}/${document}?title=${encodeURIComponent('审计发票（演示）.pdf')}`,
    INVOICE,
  );
  const input = {
    ...{
      id,
      fund: `pledge-${demoId(`pledge ${PLEDGES.length - 1}`)}`,
      amountMinor: wan(RUNNING_COST.paidWan),
    },
    ...{ purpose: RUNNING_COST.purpose, payee: RUNNING_COST.payee, documents: [document] },
  };
  return finance.mutate<Controlled>(
    'proposeManagementCost',
    { input: 'ProposeManagementCostInput!' },
    { input },
    CONTROL,
  );
}

interface Deciders {
  readonly programme: ApiClient;
  readonly finance: ApiClient;
  readonly council: ApiClient;
}

/**
 * The cost, approved before, is paid by a member of the Council; an award that has paid its first tranche is closed, and
 * its rest goes back to the funds that gave it.
 * @returns what went back, in words
 */
export async function payCostAndCloseAward(
  { programme, finance, council }: Deciders,
  cost: Controlled,
  award: string,
): Promise<string> {
  const closing = await programme.mutate<Controlled & { readonly amount: { readonly formatted: string } }>(
    'proposeAwardClosing',
    { id: 'ID!', award: 'ID!', reason: 'String!' },
    { id: demoId('closing'), award, reason: RUNNING_COST.closingReason },
    `${CONTROL} amount { formatted }`,
  );
  await council.confirmSteps([
    ...(isOpen(cost) ? [{ kind: 'MANAGEMENT_COST', step: 'EXECUTE' as const, ...signedAs(cost) }] : []),
    ...(isOpen(closing) ? [{ kind: 'AWARD_CLOSING', step: 'APPROVE' as const, ...signedAs(closing) }] : []),
  ]);
  if (isOpen(cost)) {
    const paidOn = dayOf(new Date(), 'Asia/Shanghai');
    const input = { ...signedAs(cost), bankReference: 'PAY-2026-RUNNING', paidOn };
    await council.mutate('payManagementCost', { input: 'PayManagementCostInput!' }, { input }, 'id');
  }
  if (isOpen(closing)) {
    await council.mutate('approveAwardClosing', SIGNED, signedAs(closing), 'id');
    await finance.confirm('AWARD_CLOSING', 'EXECUTE', [signedAs(closing)]);
    await finance.mutate('executeAwardClosing', SIGNED, signedAs(closing), 'id');
  }
  return closing.amount.formatted;
}
