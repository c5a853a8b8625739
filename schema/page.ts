/** Pages of lists: one shape for all of them, so that a client reads on in one way. */
import type { ObjectRef } from '@pothos/core';
import type { PageOf } from '../server/services/page.ts';
import type { Readers } from './access-rules.ts';
import { builder } from './builder.ts';

type Types = (typeof builder)['$inferSchemaTypes'];

/** The type of a page of these: `PartyPage` for `Party`. */
export const pageType = <Item>(item: ObjectRef<Types, Item, Item>, readers: Readers = 'as-parent') =>
  builder.objectRef<PageOf<Item>>(`${item.name}Page`).implement({
    readers,
    fields: (t) => ({
      items: t.field({ type: [item], resolve: ({ items }) => [...items] }),
      next: t.exposeID('next', {
        nullable: true,
        description: 'What the page after this one is asked for by, as `after`; null when this is the last.',
      }),
    }),
  });

/** How much of a list is read: so many, from its beginning or after the page that gave this `next`. */
export const pageOfArgs = ({ first, after }: { first: number; after?: string | null | undefined }) => ({
  first,
  after: after ?? null,
});
