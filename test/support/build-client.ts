/** Builds what browsers load once, before any test starts a platform or a browser: two builds at a time would meet. */
import { ensureClientIsBuilt } from '../../server/start/client-build.ts';

export default async function buildClient(): Promise<void> {
  await ensureClientIsBuilt();
}
