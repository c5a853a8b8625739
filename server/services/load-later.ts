/** Parts that the first page does not need are loaded at their first use, or once the platform answers. */

const parts = new Set<() => Promise<unknown>>();

/** @returns what gives the part; a part that could not be loaded is tried again at the next call */
export function loadLater<Part>(load: () => Promise<Part>): () => Promise<Part> {
  let loading: Promise<Part> | null = null;
  const part = () => {
    loading ??= load().catch((error: unknown) => {
      loading = null;
      throw error;
    });
    return loading;
  };
  parts.add(part);
  return part;
}

/** Loads what nobody has asked for yet, so that the first who needs it does not wait. */
export async function loadTheRest(): Promise<void> {
  await Promise.allSettled([...parts].map((part) => part()));
}
