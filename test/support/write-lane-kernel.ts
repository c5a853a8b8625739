/** `npm run engine:kernel` assembles the kernel of `settle` anew; a test fails where its text and its bytes differ. */
import { writeFileSync } from 'node:fs';
import { KEPT_MODULE, keptModule } from './lane-kernel-module.ts';

writeFileSync(KEPT_MODULE, await keptModule());
