import { Attributes } from './customer';
import { DisplayNameGroups, displayNameOf } from './display-name';
import { initialsOf } from './initials';

/** The person behind a customer, in one line. */
export interface Person {
  /** The display name. */
  readonly name: string;
  /** The email; null for none, and for a value that is no text. */
  readonly email: string | null;
  /** One or two characters for the avatar; null for a person without letters. */
  readonly initials: string | null;
  /** Hue of the avatar, in degrees, derived from the id. */
  readonly hue: number;
  /** True if there is no other name than the id. */
  readonly isIdOnly: boolean;
  /** The name with the id, for a title or a question: "Malcolm Hessel · 77"; the id alone when there is no other name. */
  readonly title: string;
}

/** The part of a record, or of an entry of the trash, that says who it is. */
export interface Named {
  readonly id: string | number;
  readonly attributes: Attributes;
}

export function personOf({ id, attributes }: Named, groups: DisplayNameGroups): Person {
  const text = String(id);
  const name = displayNameOf(text, attributes, groups);
  const isIdOnly = name === displayNameOf(text, {}, []);
  const { email } = attributes;
  return {
    name,
    email: typeof email === 'string' && email.trim() !== '' ? email.trim() : null,
    initials: initialsOf(name),
    hue: hueOf(text),
    isIdOnly,
    title: isIdOnly ? text : `${name} · ${text}`,
  };
}

function hueOf(id: string): number {
  let hash = 0;
  for (let i = 0; i < id.length; i++) hash = (hash * 31 + id.charCodeAt(i)) >>> 0;
  // Neighbours are far apart by the golden angle.
  return Math.round(hash * 137.508) % 360;
}
