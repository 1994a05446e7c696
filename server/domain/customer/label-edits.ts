import type { CustomerChange } from './customer-change.js';
import type { EditNote } from './history.js';
import { readLabels } from './labels.js';

/** A label that a bulk edit put on a customer, or took away. Labels have no history but this. */
export interface LabelEdit {
  readonly bulkEdit: number;
  readonly customerId: string;
  readonly label: string;
  readonly isAdded: boolean;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
}

/** The labels that a bulk edit changed on customers that exist before and after it. @param at ms since the Unix epoch */
export function labelEditsOf({ bulkEdit }: EditNote, changes: readonly CustomerChange[], at: number): LabelEdit[] {
  if (bulkEdit === undefined) return [];
  return changes.flatMap(({ id: customerId, before, after }) => {
    if (!before || !after || before.labels === after.labels) return [];
    const [old, now] = [readLabels(before.labels), readLabels(after.labels)];
    const edit = (label: string, isAdded: boolean): LabelEdit => ({ bulkEdit, customerId, label, isAdded, at });
    return [
      ...now.filter((label) => !old.includes(label)).map((label) => edit(label, true)),
      ...old.filter((label) => !now.includes(label)).map((label) => edit(label, false)),
    ];
  });
}
