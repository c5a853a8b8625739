/**
 * Printing a document as PDF, with the Chinese font embedded, so that it reads the same everywhere. The compiler is a
 * WebAssembly module of some 250 MB once it runs: it is loaded at the first document, and where printing is rare it is
 * let go again. What a person wrote reaches a template as data, never as its text.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createTypstCompiler, type TypstCompiler } from '@myriaddreamin/typst.ts/compiler';
import { disableDefaultFontAssets, loadFonts } from '@myriaddreamin/typst.ts/options.init';
import { STATEMENT_TEMPLATE } from './pdf-template.ts';

/** What one page or more says: a title, facts beside their labels, a table, remarks. */
export interface PrintedDocument {
  readonly lang: 'zh' | 'en';
  readonly title: string;
  readonly subtitle: string;
  readonly facts: readonly (readonly [label: string, value: string])[];
  readonly table: {
    readonly head: readonly string[];
    readonly rows: readonly (readonly string[])[];
    /** Columns of amounts, from 0, set to the right. */
    readonly amounts: readonly number[];
  } | null;
  readonly remarks: readonly string[];
  readonly issuer: string;
  /** Printed across the page where no real money moved; else empty. */
  readonly watermark: string;
}

export interface PdfPrinter {
  print(document: PrintedDocument): Promise<Uint8Array>;
}

const require = createRequire(import.meta.url);
const FONTS = [
  '@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf',
  '@expo-google-fonts/noto-sans-sc/700Bold/NotoSansSC_700Bold.ttf',
];
const COMPILER = '@myriaddreamin/typst-ts-web-compiler/wasm';
const MAIN = '/main.typ';
/** The compiler's number for PDF. */
const PDF = 1;

async function startCompiler(): Promise<TypstCompiler> {
  const fonts = await Promise.all(FONTS.map((name) => readFile(require.resolve(name))));
  const wasm = await readFile(require.resolve(COMPILER));
  const compiler = createTypstCompiler();
  await compiler.init({
    getModule: () => ({ module_or_path: wasm }),
    beforeBuild: [disableDefaultFontAssets(), loadFonts(fonts.map((font) => new Uint8Array(font)))],
  });
  compiler.addSource(MAIN, STATEMENT_TEMPLATE);
  return compiler;
}

/** @param restAfterMs lets the compiler go once nothing was printed for so long; left out, it stays */
export function createPdfPrinter({ restAfterMs }: { readonly restAfterMs?: number } = {}): PdfPrinter {
  let starting: Promise<TypstCompiler> | null = null;
  let resting: NodeJS.Timeout | null = null;
  /** The compiler does one document at a time. */
  let last: Promise<unknown> = Promise.resolve();

  async function compile(document: PrintedDocument): Promise<Uint8Array> {
    if (resting !== null) clearTimeout(resting);
    starting ??= startCompiler();
    const compiler = await starting;
    const inputs = { document: JSON.stringify(document) };
    const { result, diagnostics } = await compiler.compile({
      mainFilePath: MAIN,
      format: PDF,
      inputs,
      diagnostics: 'unix',
    });
    if (result === undefined)
      throw new Error(`The document was not printed: ${String(diagnostics?.join(' '))}`);
    return result;
  }

  function rest(): void {
    if (restAfterMs === undefined) return;
    if (resting !== null) clearTimeout(resting);
    resting = setTimeout(() => (starting = null), restAfterMs).unref();
  }

  return {
    print(document) {
      const printed = last.then(() => compile(document)).finally(rest);
      last = printed.catch(() => undefined);
      return printed;
    },
  };
}
