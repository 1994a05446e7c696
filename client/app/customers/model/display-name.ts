import { Attributes } from './customer';

/** The attributes that make a display name: groups in the order in which they are tried. The texts of a group are joined by blanks. */
export type DisplayNameGroups = readonly (readonly string[])[];

/** The word that stands for the id of the customer among the names of attributes. */
const ID = 'id';

export const DEFAULT_DISPLAY_NAME: DisplayNameGroups = [['name'], ['first_name', 'last_name'], ['email'], [ID]];

/** Characters of a display name, at most. A longer one ends in an ellipsis. */
const MOST_CHARACTERS = 120;

/**
 * Makes the display name of a customer: that of the first group with a text in it, else the id. An attribute counts if it is a text that has
 * more than white space. White space between words becomes one blank. `server/domain/customer/display-name.ts` has the same rule.
 */
export function displayNameOf(id: string, attributes: Attributes, groups: DisplayNameGroups): string {
  for (const group of groups) {
    const name = group
      .map((part) => oneLine(part === ID ? id : Object.hasOwn(attributes, part) ? attributes[part] : undefined))
      .filter((text) => text !== '')
      .join(' ');
    if (name) return shortened(name);
  }
  return shortened(oneLine(id) || id);
}

function oneLine(value: unknown): string {
  return typeof value === 'string' ? value.trim().replace(/\s+/g, ' ') : '';
}

function shortened(name: string): string {
  if (name.length <= MOST_CHARACTERS) return name;
  const characters = Array.from(name);
  return characters.length <= MOST_CHARACTERS ? name : `${characters.slice(0, MOST_CHARACTERS - 1).join('')}…`;
}
