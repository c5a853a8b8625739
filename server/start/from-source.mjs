// @ts-check
/**
 * Runs an entry of this repository from its TypeScript source:
 *
 *   node server/start/from-source.mjs [--end-with-parent] <entry.ts> [arguments]
 *   node server/start/from-source.mjs --prepare <entry.ts>…
 *
 * The source is bundled once, and again when a file of it has changed; packages stay outside. Reading one bundle takes a
 * third of the time that loading each module takes. `--prepare` bundles and runs nothing. Compiled, an entry runs without
 * this file.
 *
 * It is plain JavaScript because nothing is there yet that could translate it.
 */
import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const BUNDLES = join(ROOT, '.artifacts/from-source');
const END_WITH_PARENT = '--end-with-parent';
const END_WITH_PARENT_ENTRY = 'server/start/end-with-parent.ts';
const PREPARE = '--prepare';

/**
 * @typedef {object} Bundle
 * @property {string} folder its folder's name, below the entry's
 * @property {string} file the file to import
 * @property {Record<string, [modifiedMs: number, bytes: number]>} inputs every source file as it was, by its path
 */

/** @param {string} path @returns {[modifiedMs: number, bytes: number]} */
function stateOf(path) {
  const { mtimeMs, size } = statSync(join(ROOT, path));
  return [mtimeMs, size];
}

/** @param {string} path @returns {Bundle | null} */
function readBundle(path) {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-return -- only this file writes it
    return /** @type {Bundle} */ (JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return null;
  }
}

/** @param {string} folder @param {Bundle} bundle */
function isCurrent(folder, bundle) {
  try {
    statSync(join(folder, bundle.file));
    return Object.entries(bundle.inputs).every(([path, [modifiedMs, bytes]]) => {
      const state = stateOf(path);
      return state[0] === modifiedMs && state[1] === bytes;
    });
  } catch {
    return false;
  }
}

/**
 * In a bundle a module must still know where its source is.
 * @type {import('esbuild').Plugin}
 */
const keepPlaces = {
  name: 'keep-places',
  setup(building) {
    building.onLoad({ filter: /[.]tsx?$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      if (!text.includes('import.meta')) return undefined;
      const contents = text
        .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href))
        .replaceAll('import.meta.dirname', JSON.stringify(dirname(path)))
        .replaceAll('import.meta.filename', JSON.stringify(path));
      return { contents, loader: 'default' };
    });
  },
};

/**
 * @param {string} entry @param {string} folder @param {string} record where the bundle is written down
 * @param {Bundle | null} before
 * @returns {Promise<Bundle>}
 */
async function makeBundle(entry, folder, record, before) {
  const { build } = await import('esbuild');
  const made = randomUUID();
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    outdir: join(folder, made),
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    packages: 'external',
    sourcesContent: false,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'linked',
    metafile: true,
    logLevel: 'error',
    plugins: [keepPlaces],
  });
  const output = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint === entry);
  if (output === undefined) throw new Error(`${entry} was not bundled.`);
  const bundle = {
    folder: made,
    file: relative(folder, join(ROOT, output[0])),
    inputs: Object.fromEntries(Object.keys(metafile.inputs).map((path) => [path, stateOf(path)])),
  };
  // Several may start at once: each writes beside and moves into place.
  writeFileSync(`${record}.${made}`, JSON.stringify(bundle));
  renameSync(`${record}.${made}`, record);
  if (before !== null) rmSync(join(folder, before.folder), { recursive: true, force: true });
  return bundle;
}

/** @param {string} entry its path from the root @returns {Promise<string>} the address of the module to import */
async function bundled(entry) {
  const folder = join(BUNDLES, entry.replaceAll(/[^\w.-]/g, '+'));
  const record = join(folder, 'bundle.json');
  mkdirSync(folder, { recursive: true });
  const before = readBundle(record);
  const bundle =
    before !== null && isCurrent(folder, before) ? before : await makeBundle(entry, folder, record, before);
  return pathToFileURL(join(folder, bundle.file)).href;
}

/** @param {string} entry its path from here */
const fromRoot = (entry) => relative(ROOT, resolve(entry)).replaceAll('\\', '/');

async function run() {
  const words = process.argv.slice(2);
  const option = words[0]?.startsWith('--') === true ? words.shift() : undefined;
  if (option === PREPARE) {
    await Promise.all([END_WITH_PARENT_ENTRY, ...words.map(fromRoot)].map(bundled));
    return;
  }
  const [entry, ...args] = words;
  if (entry === undefined) throw new Error('Say which entry to run.');
  process.argv = [process.execPath, resolve(entry), ...args];
  process.setSourceMapsEnabled(true);
  if (option === END_WITH_PARENT) await import(await bundled(END_WITH_PARENT_ENTRY));
  await import(await bundled(fromRoot(entry)));
}

await run();
