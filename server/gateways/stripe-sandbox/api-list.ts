/** A list as the API returns it. */
export interface ApiListOf<T> {
  readonly object: 'list';
  readonly url: string;
  readonly has_more: boolean;
  readonly data: T[];
}

/** A list that is part of an object and never long: line items, refunds of a charge. */
export function shortList<T>(url: string, data: T[]): ApiListOf<T> {
  return { object: 'list', url, has_more: false, data };
}
