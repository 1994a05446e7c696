/** The attributes that make the display name of a customer: groups in the order in which they are tried; `id` is the id. */
export type DisplayNameGroups = readonly (readonly string[])[];

export const DEFAULT_DISPLAY_NAME: DisplayNameGroups = [['name'], ['first_name', 'last_name'], ['email'], ['id']];

/** Reads a list such as `name; first_name last_name; email`. Returns undefined when a group is empty, or there are more than 20 names. */
export function parseDisplayName(text: string): DisplayNameGroups | undefined {
  const groups = text.split(';').map((group) => group.split(/\s+/).filter((name) => name !== ''));
  const isFine = groups.every(({ length }) => length > 0) && groups.flat().length <= 20;
  return isFine ? groups : undefined;
}
