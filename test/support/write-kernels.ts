/** `npm run kernels` assembles the kernels anew; tests fail where the text and the bytes of one differ. */
import { writeFileSync } from 'node:fs';
import { keptFile, keptText, LANE_KERNEL, PAIR_KERNEL } from './kernels.ts';

for (const kernel of [LANE_KERNEL, PAIR_KERNEL]) writeFileSync(keptFile(kernel), await keptText(kernel));
