import type { JsonValue } from '../app/customers/model/customer';
import { TEXTS, type Texts } from './texts';

const MOST_LETTERS = 320;

/** In the language of the page. */
export function texts(): Texts {
  return TEXTS[document.documentElement.lang] ?? TEXTS.en;
}

/** A name and a value: one block, in one line or in two, as there is room. */
export function pair(name: string, value: string): HTMLElement {
  return element('p', '', element('b', '', name), '\t', element('br', ''), element('bdi', '', value));
}

/** A value as text; of a long one its beginning. */
export function textOf(value: JsonValue): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > MOST_LETTERS ? `${text.slice(0, MOST_LETTERS)}…` : text;
}

export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className: string,
  ...content: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  made.className = className;
  made.append(...content);
  return made;
}
