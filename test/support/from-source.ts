/** What Node runs an entry of this repository with, from its source: `[FROM_SOURCE, entry, …arguments]`. */
import { resolve } from 'node:path';

export const FROM_SOURCE = resolve(import.meta.dirname, '../../server/start/from-source.mjs');
