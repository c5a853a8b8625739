/** A page of a list, and the most that one may hold: whatever is asked for, a list is never read whole. */
export interface Page {
  readonly first: number;
  /** Id of the last one of the page before; null for the first page. */
  readonly after: string | null;
}

const MAX_PAGE = 200;

/** From 1 to the most of a page. The database takes a limit of zero for "all", and a negative one for its size. */
export function limitOf({ first }: Pick<Page, 'first'>, max = MAX_PAGE): number {
  return Math.max(1, Math.min(first, max));
}
