import { JsonNumber, JsonValue } from '../../core/exact-json';
import { textOf } from './attribute-rules';

/** How a value is shown: by its meaning to a reader, not only by its JSON type. */
export type ValueView =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly href: string }
  /** `seconds` since the Unix epoch; `text` is the value as it was sent. */
  | { readonly kind: 'time'; readonly text: string; readonly seconds: number }
  | { readonly kind: 'number' | 'boolean'; readonly text: string }
  | { readonly kind: 'json'; readonly value: JsonValue };

/** Names of times: `created_at`, `last_seen`, `renewalDate`. A number under another name is no time. */
const TIME_NAME =
  /(?:^|_)(?:at|on|date|time|timestamp|since|until|seen|ts)$|(?:At|On|Date|Time|Timestamp|Since|Until|Seen)$/;
/** An ISO 8601 time with a zone, so that it means one moment. */
const ISO_TIME = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})$/;
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
  if (ISO_TIME.test(text)) {
    const seconds = Date.parse(text) / 1000;
    return Number.isNaN(seconds) ? null : { kind: 'time', text, seconds };
  }
  if (!TIME_NAME.test(name)) return null;
  if (/^[1-9]\d{8,9}$/.test(text)) return { kind: 'time', text, seconds: Number(text) };
  return /^[1-9]\d{11,12}$/.test(text) ? { kind: 'time', text, seconds: Number(text) / 1000 } : null;
}

function linkOf(text: string): ValueView | null {
  if (WEB.test(text)) return { kind: 'link', text, href: text };
  return EMAIL.test(text) ? { kind: 'link', text, href: `mailto:${text}` } : null;
}
