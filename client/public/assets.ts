/** The hashed files that a public page loads, found in the manifest of the build. */

export interface PageAssets {
  readonly styles: readonly string[];
  readonly scripts: readonly string[];
}

const STYLE_ENTRY = 'styles/public.css';
const SCRIPT_ENTRY = 'public/scripts/enhance.ts';

/** Reads the parsed `.vite/manifest.json` of the client build. Throws when the build is of another shape. */
export function assetsOfManifest(manifest: unknown): PageAssets {
  return { styles: [fileOf(manifest, STYLE_ENTRY)], scripts: [fileOf(manifest, SCRIPT_ENTRY)] };
}

function fileOf(manifest: unknown, entry: string): string {
  const chunk: unknown = isRecord(manifest) ? manifest[entry] : undefined;
  if (!isRecord(chunk) || typeof chunk.file !== 'string') {
    throw new Error(`The client build has no "${entry}". Run "npx vite build" and start again.`);
  }
  return `/${chunk.file}`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
