/** As people type it: in either width and case; blanks and the commas of amounts left out. */
export const plain = (text: string): string => text.normalize('NFKC').toLowerCase().replaceAll(/[\s,]/g, '');
