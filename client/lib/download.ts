/** Fetching a file to keep, so that a refusal is said on the page instead of becoming a file that could not be saved. */
import type { Outcome, Refusal } from './outcome.ts';

interface Answer extends Omit<Refusal, 'details' | 'faults'> {
  readonly faults?: Refusal['faults'];
}

/** What a refusal outside of GraphQL says: everything beside its code, sentence and faults fills its sentence. */
function refusalOf({ code, message, faults = [], ...data }: Answer): Refusal {
  const details = Object.entries(data).map(([name, value]) => ({
    name,
    values: Array.isArray(value) ? value.map(String) : [String(value)],
  }));
  return { code, message, details, faults };
}

function keep(bytes: Blob, name: string): void {
  const address = URL.createObjectURL(bytes);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}

/** Fetches and hands the file to the browser under this name. */
export async function download(href: string, name: string): Promise<Outcome<null>> {
  try {
    const response = await fetch(href, { credentials: 'same-origin' });
    if (response.ok) {
      keep(await response.blob(), name);
      return { kind: 'done', data: null };
    }
    if (response.headers.get('content-type')?.includes('json') !== true)
      return { kind: 'unanswered', reference: null };
    return { kind: 'refused', refusal: refusalOf((await response.json()) as Answer) };
  } catch {
    return { kind: 'unanswered', reference: null };
  }
}
