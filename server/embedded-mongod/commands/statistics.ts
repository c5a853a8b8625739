/** How much there is: databases and collections with their documents, bytes and indexes. */
import { expressionTest } from '../aggregate/expression.ts';
import type { Doc } from '../bson/types.ts';
import type { Collection } from '../storage/catalog.ts';
import { compileFilter } from '../query/match.ts';
import { documentField, type CommandContext } from './context.ts';

interface Totals {
  readonly documents: number;
  readonly bytes: number;
  readonly indexes: number;
}

function totalsOf(collections: readonly Collection[]): Totals {
  return collections.reduce(
    (totals, { view, count, bytes, indexes }) =>
      view !== undefined
        ? totals
        : {
            documents: totals.documents + count,
            bytes: totals.bytes + bytes,
            indexes: totals.indexes + indexes.length,
          },
    { documents: 0, bytes: 0, indexes: 0 },
  );
}

export function listDatabases(context: CommandContext): Doc {
  const { engine, body } = context;
  const filter = compileFilter(documentField(body, 'filter') ?? {}, expressionTest());
  const nameOnly = body['nameOnly'] === true;
  let totalSize = 0;
  const databases = engine.catalog.databaseNames().flatMap((name): Doc[] => {
    const { bytes } = totalsOf(engine.catalog.collections(name));
    const described = nameOnly ? { name } : { name, sizeOnDisk: BigInt(bytes), empty: bytes === 0 };
    if (!filter.matches(described)) return [];
    totalSize += bytes;
    return [described];
  });
  if (nameOnly) return { databases, ok: 1 };
  return { databases, totalSize: BigInt(totalSize), totalSizeMb: BigInt(totalSize >> 20), ok: 1 };
}

export function dbStats(context: CommandContext): Doc {
  const collections = context.engine.catalog.collections(context.db);
  const views = collections.filter(({ view }) => view !== undefined).length;
  const { documents, bytes, indexes } = totalsOf(collections);
  return {
    db: context.db,
    collections: BigInt(collections.length - views),
    views: BigInt(views),
    objects: BigInt(documents),
    avgObjSize: documents === 0 ? 0 : bytes / documents,
    dataSize: bytes,
    storageSize: bytes,
    indexes: BigInt(indexes),
    ok: 1,
  };
}

/** A collection's figures, as `collStats` and the stage `$collStats` show them; zeros where there is none. */
export function collectionFigures(collection: Collection | undefined): Doc {
  const { documents, bytes, indexes } = totalsOf(collection === undefined ? [] : [collection]);
  const { size, max } = collection?.options ?? {};
  return {
    size: bytes,
    count: documents,
    ...(documents === 0 ? {} : { avgObjSize: Math.trunc(bytes / documents) }),
    storageSize: bytes,
    nindexes: indexes,
    capped: collection?.isCapped ?? false,
    ...(collection?.isCapped === true ? { max: max ?? 0, maxSize: size } : {}),
  };
}

export function collStats(context: CommandContext): Doc {
  const name = String(context.body['collStats']);
  const figures = collectionFigures(context.engine.catalog.find(context.db, name));
  return { ns: `${context.db}.${name}`, ...figures, ok: 1 };
}
