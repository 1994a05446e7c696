import type { Differences } from './differences.js';

/** The name under which a check reports the triggers that refuse a change of the audit. */
export const AUDIT_TRIGGERS = 'audit triggers';

/**
 * Adds each trigger that is missing or has another definition.
 * @param expected the triggers of the engine by name, with the definition of each
 */
export function compareTriggers(
  expected: Readonly<Record<string, string>>,
  found: ReadonlyMap<string, string>,
  differences: Differences,
): void {
  for (const [name, definition] of Object.entries(expected)) {
    const other = found.get(name);
    if (other === undefined) differences.add(name, 'a trigger', 'none');
    else if (plain(other) !== plain(definition)) differences.add(name, 'the trigger of Roster', 'another definition');
  }
}

/** A definition without what engines and versions of Roster write differently: white space, and the last semicolon. */
function plain(definition: string): string {
  return definition.replaceAll(/\s+/g, ' ').replace(/; ?$/, '').trim();
}

/** The statements that create the triggers anew, also those that are there and disabled. */
export function createTriggers(triggers: Readonly<Record<string, string>>, on = ''): string {
  return Object.entries(triggers)
    .map(([name, statement]) => `DROP TRIGGER IF EXISTS ${name}${on}; ${statement}`)
    .join('\n');
}
