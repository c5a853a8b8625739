/**
 * What somebody typed into a form and has not sent yet, kept on their device under their own account: whoever signs in next at
 * the same browser does not find it. The id of the thing is kept with it, so that sending again after the page
 * was left in the middle of sending does not do the thing twice.
 */
export interface Draft<Values> {
  readonly id: string;
  readonly values: Partial<Values>;
}

type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** A draft's place in the store; null for what must not be kept. */
export const draftKey = (person: string | undefined, name: string | null): string | null =>
  name === null || person === undefined ? null : `draft:${person}:${name}`;

export function keepDraft<Values>(store: Store, key: string | null, draft: Draft<Values>): void {
  if (key !== null) store.setItem(key, JSON.stringify(draft));
}

export function dropDraft(store: Store, key: string | null): void {
  if (key !== null) store.removeItem(key);
}

/** The draft, or null where there is none that can be read. */
export function readDraft<Values>(store: Store, key: string | null): Draft<Values> | null {
  const text = key === null ? null : store.getItem(key);
  if (text === null) return null;
  try {
    const draft = JSON.parse(text) as Partial<Draft<Values>> | null;
    if (typeof draft?.id === 'string' && typeof draft.values === 'object')
      return { id: draft.id, values: draft.values };
  } catch {
    // What cannot be read is forgotten below.
  }
  dropDraft(store, key);
  return null;
}
