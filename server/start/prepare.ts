/** What an installation does once, so that the first start need not: builds what browsers load. */
import { ensureClientIsBuilt } from './client-build.ts';

await ensureClientIsBuilt();
