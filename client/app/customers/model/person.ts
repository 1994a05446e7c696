import { JsonValue } from '../../core/exact-json';
import { Customer } from './customer';

/** The person behind a customer, in one line. */
export interface Person {
  /** The name, else the email, else the id. */
  readonly title: string;
  readonly email: string | null;
  /** One or two letters for the badge. */
  readonly initials: string;
  /** Hue of the badge, in degrees, derived from the id. */
  readonly hue: number;
}

/** The name, or else the email, with the id: "Malcolm Hessel · 77"; null when only the id is known. */
export function titleOf(customer: Customer): string | null {
  const { title } = personOf(customer);
  return title === String(customer.id) ? null : `${title} · ${customer.id}`;
}

export function personOf(customer: Customer): Person {
  const { attributes } = customer;
  const email = text(attributes.email);
  const parts = [text(attributes.first_name), text(attributes.last_name)].filter((part) => part !== null);
  const name = text(parts.join(' ')) ?? text(attributes.name) ?? text(attributes.full_name);
  const title = name ?? email ?? String(customer.id);
  return { title, email, initials: initialsOf(title), hue: hueOf(String(customer.id)) };
}

function text(value: JsonValue | undefined): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}

/** The first letters of the first and the last word; of an email only the first letter. */
function initialsOf(title: string): string {
  const words = title.includes('@') ? [title] : title.split(/\s+/);
  const ends = words.length > 1 ? [words[0], words[words.length - 1]] : words;
  return (
    ends
      .map((word) => /[\p{L}\p{N}]/u.exec(word)?.[0] ?? '')
      .join('')
      .toLocaleUpperCase() || '?'
  );
}

function hueOf(id: string): number {
  let hash = 0;
  for (let i = 0; i < id.length; i++) hash = (hash * 31 + id.charCodeAt(i)) >>> 0;
  return hash % 360;
}
