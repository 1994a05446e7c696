const NON_ASCII = /[\u0080-\uffff]/;
const MARKS = /\p{M}+/gu;

/**
 * The form in which texts are compared without regard to case, accents and marks: decomposed by compatibility (NFKD), without marks, in full
 * case folding, so that `ß` is `ss`. The fold of a part of a text is a part of the fold of the text. A text of marks alone has an empty fold.
 */
export function foldText(text: string): string {
  if (!NON_ASCII.test(text)) return text.toLowerCase();
  const plain = text.normalize('NFKD').replace(MARKS, '');
  // The capital ẞ has no upper case, and ß becomes SS only there. The final sigma is the one letter that depends on its place.
  return plain.toLowerCase().toUpperCase().toLowerCase().replaceAll('ς', 'σ');
}
