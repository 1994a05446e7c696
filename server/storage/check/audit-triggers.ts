import type { Differences } from './differences.js';

/** The name under which a check reports the triggers that refuse a change of the audit. */
export const AUDIT_TRIGGERS = 'audit triggers';

/** Adds each trigger that is missing. @param expected the triggers of the engine by name, with the statement that creates each */
export function compareTriggers(
  expected: Readonly<Record<string, string>>,
  found: readonly string[],
  differences: Differences,
): void {
  for (const name of Object.keys(expected)) {
    if (!found.includes(name)) differences.add(name, 'a trigger', 'none');
  }
}

/** The statements that create the triggers anew, also those that are there and disabled. */
export function createTriggers(triggers: Readonly<Record<string, string>>, on = ''): string {
  return Object.entries(triggers)
    .map(([name, statement]) => `DROP TRIGGER IF EXISTS ${name}${on}; ${statement}`)
    .join('\n');
}
