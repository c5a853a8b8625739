/**
 * Writing several documents of one audited collection in one database transaction by few round trips, each with its own
 * entry in the audit log on the account of whoever made it. For what many people do at the same moment.
 */
import type { Model } from 'mongoose';
import type { Acting } from '../domain/audit.ts';
import { auditedChange, recordAuditOfMany } from './audit.ts';
import { operators, type ClientSession } from './database.ts';

type Stored = Record<string, unknown> & { readonly _id: string };

/** Creates every document, or throws, for example when one of their keys is taken. */
export async function createTogether<Kind extends { readonly _id: string }>(
  model: Model<Kind>,
  session: ClientSession,
  items: readonly { readonly record: Kind; readonly acting: Acting | undefined }[],
): Promise<void> {
  const documents = items.map(({ record }) => new model(record));
  await Promise.all(documents.map((document) => document.validate()));
  const plain = documents.map((document) => document.toObject({ depopulate: true }) as unknown as Stored);
  await model.collection.insertMany(plain as never[], { session, ordered: true });
  await recordAuditOfMany(
    model.db,
    session,
    plain.map((after, place) => ({
      one: auditedChange(model.collection.name, 'create', null, after),
      acting: items[place]?.acting,
    })),
  );
}

/**
 * Sets fields of documents that are as `where` says, each its own; others are left as they are.
 * @returns the documents as they were and as they are now, by id
 */
export async function setTogether<Kind extends { readonly _id: string }>(
  model: Model<Kind>,
  session: ClientSession,
  where: Record<string, unknown>,
  items: readonly {
    readonly id: string;
    readonly set: Partial<Kind>;
    readonly acting: Acting | undefined;
  }[],
): Promise<Map<string, { readonly was: Kind; readonly is: Kind }>> {
  const before = await readById(model, session, items);
  await model.collection.bulkWrite(
    items.map(({ id, set }) => ({
      updateOne: { filter: { ...where, _id: id } as never, update: { $set: set } as never },
    })),
    { session },
  );
  const after = await readById(model, session, items);
  await recordAuditOfMany(
    model.db,
    session,
    items.flatMap(({ id, acting }) => {
      const [was, is] = [before.get(id), after.get(id)];
      if (was === undefined || is === undefined) return [];
      return [{ one: auditedChange(model.collection.name, 'update', was, is), acting }];
    }),
  );
  return new Map(
    [...after].flatMap(([id, is]) => {
      const was = before.get(id);
      return was === undefined ? [] : [[id, { was, is } as unknown as { was: Kind; is: Kind }]];
    }),
  );
}

async function readById<Kind extends { readonly _id: string }>(
  model: Model<Kind>,
  session: ClientSession,
  items: readonly { readonly id: string }[],
): Promise<Map<string, Stored>> {
  const ids = items.map(({ id }) => id);
  const found = await model
    .find({ _id: operators({ $in: ids }) } as never)
    .limit(ids.length)
    .session(session)
    .lean<Stored[]>();
  return new Map(found.map((document) => [document._id, document]));
}
