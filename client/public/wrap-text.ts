/** Breaks a line of text where there is no browser to do it: Chinese between any two characters, English at spaces. */

interface Measure {
  readonly sizePixels: number;
  readonly widthPixels: number;
  /** More lines than these are cut, and an ellipsis says so. */
  readonly lines: number;
}

/** How wide a character is, in ems, a little more than in our font, so that no line runs over. */
function emsOf(character: string): number {
  if (/[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]/u.test(character)) return 1;
  if (/[A-ZMWmw@%&—…]/u.test(character)) return character === 'W' || character === '—' ? 1 : 0.78;
  return /[iljtfr.,:;'|! ]/u.test(character) ? 0.36 : 0.6;
}

const widthOf = (text: string, size: number): number =>
  Array.from(text).reduce((sum, character) => sum + emsOf(character) * size, 0);

/** Punctuation that must not begin a line. */
const CLOSING = /^[，。、；：！？）》」』”’,.;:!?)\]]/u;

/** Chinese characters one by one, with the punctuation that closes them; everything else in words. */
function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  for (const piece of text.match(
    /[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]|\s+|[^\s\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]+/gu,
  ) ?? []) {
    const last = pieces.at(-1);
    if (last !== undefined && CLOSING.test(piece)) pieces[pieces.length - 1] = last + piece;
    else pieces.push(piece);
  }
  return pieces;
}

/** The lines of the text, none wider than the measure; the last ends in an ellipsis when something was left out. */
export function wrapText(text: string, { sizePixels, widthPixels, lines }: Measure): string[] {
  const fits = (line: string) => widthOf(line, sizePixels) <= widthPixels;
  const wrapped: string[] = [];
  let line = '';
  for (const piece of piecesOf(text.trim()).flatMap((one) => (fits(one) ? [one] : Array.from(one)))) {
    if (fits(line + piece.trimEnd()) || line === '') {
      line += piece;
      continue;
    }
    wrapped.push(line.trim());
    line = piece.trimStart();
  }
  if (line.trim() !== '') wrapped.push(line.trim());
  if (wrapped.length <= lines) return wrapped;
  const kept = wrapped.slice(0, lines);
  let last = kept[lines - 1] ?? '';
  while (last !== '' && !fits(`${last}…`)) last = Array.from(last).slice(0, -1).join('');
  return [...kept.slice(0, -1), `${last.trimEnd()}…`];
}
