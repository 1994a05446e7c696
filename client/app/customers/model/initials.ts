const graphemes = (text: string): string[] => [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment);

const LETTER = /\p{L}/u;
const SHOWN = /\p{L}|\p{N}|\p{Extended_Pictographic}|\p{Regional_Indicator}/u;
/** Scripts in which two initials side by side are a word or half of a name: one is enough. */
const ONE_INITIAL =
  /[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;
/** The Arabic article, which begins many names. */
const ARTICLE = /^ال(?=\p{L}{2})/u;

/** The initials of a name: of its first and last word, or of an email its first character; null for a name without letters and emoji, such as an id of digits. */
export function initialsOf(name: string): string | null {
  const words = name.includes('@') ? [name] : name.split(/\s+/);
  const firsts = words.map(firstOf).filter((first) => first !== null);
  const [first] = firsts;
  if (!first || !firsts.some((one) => !/^\p{N}/u.test(one))) return null;
  if (firsts.length === 1 || ONE_INITIAL.test(first)) return first;
  return first + firsts[firsts.length - 1];
}

/** The first character of a word that can stand for it, with its marks; a digit only where the word has no letter. */
function firstOf(word: string): string | null {
  const all = graphemes(word.replace(ARTICLE, ''));
  const found = all.find((one) => SHOWN.test(one));
  if (found === undefined) return null;
  const upper = found.toUpperCase();
  return LETTER.test(found) && graphemes(upper).length === 1 ? upper : found;
}
