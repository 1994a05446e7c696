import { foldText } from './fold-text.js';

/** A text to search for. A customer is found if each term is a part of its id or of a value. */
export interface SearchText {
  /** The text that an id or a value is if it comes first. */
  readonly exact: string;
  /** Folded words and phrases, each once. A term of marks alone is empty, and found nowhere. */
  readonly terms: readonly string[];
}

/** A phrase in quotes, of which the last may be missing at the end, or a word. A quote inside a word is an ordinary character. */
const TERM = /(?<!\S)"([^"]+)(?:"(?!\S)|$)|\S+/g;

/** @param search without white space around it, not empty */
export function readSearchText(search: string): SearchText {
  const found = [...search.matchAll(TERM)];
  const texts = found.map(([word, phrase = word]) => phrase);
  return { exact: texts.length === 1 ? texts[0] : search, terms: [...new Set(texts.map(foldText))] };
}

/** True for a text that contains a needle. Both are folded; an empty needle is nowhere. */
export function holds(text: string, needle: string): boolean {
  return needle !== '' && text.includes(needle);
}
