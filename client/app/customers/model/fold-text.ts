const NON_ASCII = /[\u0080-\uffff]/;
const MARKS = /\p{M}+/gu;

/** The form in which the server compares texts without regard to case, accents and marks: see `server/domain/search/fold-text.ts`. */
export function foldText(text: string): string {
  if (!NON_ASCII.test(text)) return text.toLowerCase();
  const plain = text.normalize('NFKD').replace(MARKS, '');
  // The capital ẞ has no upper case, and ß becomes SS only there. The final sigma is the one letter that depends on its place.
  return plain.toLowerCase().toUpperCase().toLowerCase().replaceAll('ς', 'σ');
}
