import type { Client, TypedDocumentNode } from 'urql';
import { afterEach, describe, expect, it } from 'vitest';
import { answerConfirmations } from './confirmation.ts';
import { runMutation } from './outcome.ts';

const step = { kind: 'award', thing: 'a', step: 'approve', digest: 'd' };
const needed = {
  ...{ code: 'CONFIRMATION_NEEDED', message: '', faults: [] },
  details: Object.entries(step).map(([name, value]) => ({ name, values: [value] })),
};

/** A client whose answers are these, one after another. */
function clientWith(...answers: readonly object[]): Client {
  const left = [...answers];
  const mutation = () => ({ toPromise: () => Promise.resolve({ data: { act: left.shift() } }) });
  return { mutation } as unknown as Client;
}
const ACT = {} as TypedDocumentNode<{ act: { data: string } }, Record<string, never>>;

let stop: () => void = () => undefined;
afterEach(() => stop());
const answering = (confirmed: boolean) => {
  stop = answerConfirmations(() => Promise.resolve(confirmed));
};

describe('a step that needs a code', () => {
  it('is tried again once it is confirmed', async () => {
    answering(true);
    expect(await runMutation(clientWith(needed, { data: 'done' }), ACT, {})).toEqual({
      ...{ kind: 'done', data: 'done' },
    });
  });

  it('is neither done nor refused where whoever is asked cancels', async () => {
    answering(false);
    expect(await runMutation(clientWith(needed), ACT, {})).toEqual({ kind: 'cancelled' });
  });

  it('is refused where nobody can be asked', async () => {
    expect(await runMutation(clientWith(needed), ACT, {})).toMatchObject({
      kind: 'refused',
      refusal: needed,
    });
  });
});
