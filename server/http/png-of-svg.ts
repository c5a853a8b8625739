/** Draws SVG as PNG, off the main thread, with the font that we bring along, so that it looks the same on every machine. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { renderAsync } from '@resvg/resvg-js';

const FONTS = dirname(createRequire(import.meta.url).resolve('@expo-google-fonts/noto-sans-sc/package.json'));
const FONT_FILES = ['400Regular', '700Bold'].map((weight) => join(FONTS, weight, `NotoSansSC_${weight}.ttf`));

/** @throws Error when the SVG is not well formed */
export async function pngOfSvg(svg: string): Promise<Buffer> {
  const image = await renderAsync(svg, {
    font: { fontFiles: FONT_FILES, loadSystemFonts: false, defaultFontFamily: 'Noto Sans SC' },
  });
  return image.asPng();
}
