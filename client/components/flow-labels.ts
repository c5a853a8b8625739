/**
 * Labels of a drawing, broken into lines that fit the room they have: a drawing made on the server cannot ask a
 * browser how wide its words are, so widths are estimated on the safe side and nothing is ever cut.
 */

/** Of the widths of one em: ideographs fill it, capitals and wide letters most of it, others about half. */
const WIDE = 1;
const CAPITAL = 0.72;
const SMALL = 0.58;
const NARROW = 0.34;

/** The estimated width of a text set in bold at this size, in the units of the drawing. */
export function textWidth(text: string, fontSize: number): number {
  let ems = 0;
  for (const letter of text) {
    if (/[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]|[\u{20000}-\u{3ffff}]/u.test(letter)) ems += WIDE;
    else if (/[A-Z0-9mwMW¥%&@]/.test(letter)) ems += CAPITAL;
    else if (/[iljtfr.,:;'’ ()|\-·]/.test(letter)) ems += NARROW;
    else ems += SMALL;
  }
  return ems * fontSize;
}

/**
 * The text in lines of at most this width: broken between words, and between any two ideographs. A single word that
 * is wider than the room stays whole.
 */
export function wrapLabel(text: string, width: number, fontSize: number): string[] {
  const pieces = text.match(
    /[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]|[^\s\u2e80-\u9fff\uf900-\uffef]+\s*|\s+/gu,
  );
  const lines: string[] = [];
  let line = '';
  for (const piece of pieces ?? []) {
    if (line !== '' && textWidth((line + piece).trimEnd(), fontSize) > width) {
      lines.push(line.trimEnd());
      line = piece.trimStart();
    } else {
      line += piece;
    }
  }
  return [...lines, line.trimEnd()].filter((one) => one !== '');
}
