/** What a round ends in: the compensation of a common cost between localities, and the report. */
import { type ApiClient, demoId } from './api-client.ts';
import { COMPENSATION, wan } from './scenario.ts';
import {
  ALREADY,
  CONTROL,
  type Controlled,
  crew,
  SIGNED,
  signedAs,
  type Staff,
  unlessDone,
} from './steps.ts';

/** What the cleaning of the shared lake costs each locality alone and all together; who has paid is asked of the ledger. */
async function drawUpCompensation(finance: ApiClient): Promise<Controlled> {
  const [id, round] = [demoId('compensation'), demoId('round')];
  const localities = COMPENSATION.standAloneWan.map(([locality]) => locality);
  const { paidByLocality } = await finance.query<{
    paidByLocality: { data: { locality: string; amountMinor: string }[] };
  }>(
    'query($round: ID!) { paidByLocality(round: $round) { ... on QueryPaidByLocalitySuccess { data { locality amountMinor } } } }',
    { round },
  );
  const paid = new Map(paidByLocality.data.map((one) => [one.locality, one.amountMinor]));
  const input = {
    ...{ id, round, title: COMPENSATION.title, costsSource: COMPENSATION.costsSource, localities },
    rule: {
      standAlone: COMPENSATION.standAloneWan.map(([locality, amount]) => ({
        locality,
        amountMinor: wan(amount),
      })),
      sharedMinor: wan(COMPENSATION.sharedWan),
    },
    paid: localities.map((locality) => ({
      ...{ locality, amountMinor: paid.get(locality) ?? '0', source: 'LEDGER', note: '' },
    })),
  };
  const kept = await finance.mutate<Controlled>(
    'keepCompensation',
    { input: 'KeepCompensationInput!' },
    { input },
    CONTROL,
  );
  if (kept.status !== 'DRAFT') return kept;
  return finance.mutate('proposeCompensation', { id: 'ID!' }, { id }, CONTROL);
}

export async function publish(staff: Staff): Promise<string> {
  const { programme, council, finance } = crew(staff);
  const statement = await drawUpCompensation(finance);
  const input = { id: demoId('report'), round: demoId('round'), correction: null };
  // Prepared by the finance officer and published by the programme officer, who has confirmed nothing else.
  const prepared = await finance.mutate<Controlled & { number: string }>(
    'prepareReport',
    { input: 'PrepareReportInput!' },
    { input },
    `${CONTROL} number`,
  );
  const open = [
    ...(prepared.status === 'PREPARED' ? [{ kind: 'REPORT', ...signedAs(prepared) }] : []),
    ...(statement.status === 'PROPOSED' ? [{ kind: 'COMPENSATION', ...signedAs(statement) }] : []),
  ];
  await council.confirmAll('APPROVE', open);
  await unlessDone(() => council.mutate('approveCompensation', SIGNED, signedAs(statement), 'id'), ALREADY);
  await unlessDone(() => council.mutate('approveReport', SIGNED, signedAs(prepared), 'id'), ALREADY);
  await programme.confirmAll('EXECUTE', open);
  await unlessDone(() => programme.mutate('publishCompensation', SIGNED, signedAs(statement), 'id'), ALREADY);
  await unlessDone(
    () => programme.mutate('publishReport', { id: 'ID!' }, { id: prepared.id }, 'id'),
    ALREADY,
  );
  return prepared.number;
}
