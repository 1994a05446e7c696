import { JsonNumber, JsonValue } from '../../core/exact-json';
import { textOf } from './attribute-rules';

/** The way in which a value is shown: by its meaning to a reader, not only by its JSON type. */
export type ValueView =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly href: string }
  /** `seconds` since the Unix epoch; `text` is the value as it was sent. */
  | { readonly kind: 'time'; readonly text: string; readonly seconds: number }
  | { readonly kind: 'number' | 'boolean'; readonly text: string }
  | { readonly kind: 'json'; readonly value: JsonValue };

/** The end of the names of times, such as `created_at`. A number under another name is no time: `watch_time` is a duration. */
const TIME_NAME_END = '_at';
/** A time of RFC 3339, which has a zone and so means one moment. */
const RFC_3339 = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2})$/;
const WEB = /^https?:\/\/\S+$/i;
const EMAIL = /^[^\s@:/?]+@[^\s@:/?]+\.[^\s@:/?]+$/;

export function viewOf(name: string, value: JsonValue): ValueView {
  const text = textOf(value);
  if (value instanceof JsonNumber) return { kind: 'number', text };
  switch (typeof value) {
    case 'string':
      return timeOf(name, text) ?? linkOf(value) ?? { kind: 'text', text };
    case 'number':
      return timeOf(name, text) ?? { kind: 'number', text };
    case 'boolean':
      return { kind: 'boolean', text };
    default:
      return { kind: 'json', value };
  }
}

function timeOf(name: string, text: string): ValueView | null {
  if (RFC_3339.test(text)) {
    const seconds = Date.parse(text) / 1000;
    return Number.isNaN(seconds) ? null : { kind: 'time', text, seconds };
  }
  if (!name.endsWith(TIME_NAME_END)) return null;
  if (/^[1-9]\d{8,9}$/.test(text)) return { kind: 'time', text, seconds: Number(text) };
  return /^[1-9]\d{11,12}$/.test(text) ? { kind: 'time', text, seconds: Number(text) / 1000 } : null;
}

function linkOf(text: string): ValueView | null {
  if (WEB.test(text)) return { kind: 'link', text, href: text };
  return EMAIL.test(text) ? { kind: 'link', text, href: mailLink(text) } : null;
}

/** The link that writes to an address. Characters that would end the address, such as `?`, are encoded. */
function mailLink(address: string): string {
  return `mailto:${encodeURIComponent(address).replaceAll('%40', '@')}`;
}
