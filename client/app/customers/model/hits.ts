import { foldText } from './fold-text';

/** A part of a text, and whether a word of the search is there. */
export interface TextPart {
  readonly text: string;
  readonly isHit: boolean;
}

const TERM = /(?<!\S)"([^"]+)(?:"(?!\S)|$)|\S+/g;

/** The words and phrases of a search, folded: see `server/domain/search/search-text.ts`. */
export function wordsOf(search: string): string[] {
  const words = [...search.trim().matchAll(TERM)].map(([word, phrase = word]) => foldText(phrase));
  return [...new Set(words)].filter((word) => word !== '');
}

/** Divides a text where a word of the search begins and ends. A character is marked as a whole, with its marks. */
export function hitsOf(text: string, words: readonly string[]): readonly TextPart[] {
  if (words.length === 0) return [{ text, isHit: false }];
  // The folded text, and for each of its units the unit of the text that it comes from.
  let folded = '';
  const from: number[] = [];
  for (let at = 0; at < text.length;) {
    const end = endOfCharacter(text, at);
    const fold = foldText(text.slice(at, end));
    folded += fold;
    from.push(...new Array<number>(fold.length).fill(at));
    at = end;
  }
  const marked = new Uint8Array(text.length);
  for (const word of words) {
    for (let at = folded.indexOf(word); at !== -1; at = folded.indexOf(word, at + 1)) {
      const last = from[at + word.length - 1];
      marked.fill(1, from[at], endOfCharacter(text, last));
    }
  }
  const parts: TextPart[] = [];
  for (let start = 0; start < text.length;) {
    let end = start + 1;
    while (end < text.length && marked[end] === marked[start]) end++;
    parts.push({ text: text.slice(start, end), isHit: marked[start] === 1 });
    start = end;
  }
  return parts;
}

/** The end of the character at a unit: with its second half and its marks. */
function endOfCharacter(text: string, at: number): number {
  let end = at + ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1);
  while (end < text.length && /^\p{M}/u.test(text.slice(end, end + 2))) {
    end += (text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1;
  }
  return end;
}
