/** `npm run kernels` assembles the kernels anew; tests fail where the text and the bytes of one differ. */
import { writeFileSync } from 'node:fs';
import { GIFT_KERNEL, keptFile, keptText, LANE_KERNEL, PAIR_KERNEL } from './kernels.ts';

for (const kernel of [GIFT_KERNEL, LANE_KERNEL, PAIR_KERNEL])
  writeFileSync(keptFile(kernel), await keptText(kernel));
