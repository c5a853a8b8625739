import { describe, expect, it } from 'vitest';
import { draftKey, dropDraft, keepDraft, readDraft } from './draft.ts';

function deviceStore() {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, text: string) => void kept.set(key, text),
    removeItem: (key: string) => void kept.delete(key),
  };
}

describe('what was typed and not sent', () => {
  it('comes back with the id under which it was sent, so that sending it again does nothing twice', () => {
    const store = deviceStore();
    const key = draftKey('li', 'propose-cost');
    keepDraft(store, key, { id: 'cost-1', values: { amount: '120' } });
    expect(readDraft(store, key)).toEqual({ id: 'cost-1', values: { amount: '120' } });
    dropDraft(store, key);
    expect(readDraft(store, key)).toBeNull();
  });

  it('is not shown to the next person at the same browser', () => {
    const store = deviceStore();
    keepDraft(store, draftKey('li', 'payee'), { id: 'p', values: { accountNumber: '6222' } });
    expect(readDraft(store, draftKey('zhou', 'payee'))).toBeNull();
    expect(readDraft(store, draftKey('li', 'payee'))).not.toBeNull();
  });

  it('is not kept of a form without a name or by nobody', () => {
    expect([draftKey('li', null), draftKey(undefined, 'payee')]).toEqual([null, null]);
  });

  it('is forgotten where it cannot be read', () => {
    const store = deviceStore();
    for (const text of ['{', 'null', '{"amount":"120"}']) {
      store.setItem('draft:li:x', text);
      expect(readDraft(store, 'draft:li:x')).toBeNull();
      expect(store.getItem('draft:li:x')).toBeNull();
    }
  });
});
