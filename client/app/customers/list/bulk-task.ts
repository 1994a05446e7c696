import { countText } from '../../core/count-text';
import { BulkEnd } from '../wire/bulk-edits-client';
import { WireSelection } from '../wire/selection';

/** An action, and the customers to apply it to. */
export interface BulkTask {
  readonly does: 'delete' | 'set' | 'remove';
  readonly count: number;
  readonly selection: WireSelection;
  /** The reader knows that the log does not have all events of the selection. */
  readonly isIncomplete?: boolean;
}

export const VERBS = { delete: $localize`Delete`, set: $localize`Set`, remove: $localize`Remove` } as const;

export function headingOf({ does, count }: BulkTask): string {
  const customers = count === 1 ? $localize`1 customer` : $localize`${countText(count)}:count: customers`;
  switch (does) {
    case 'delete':
      return $localize`Delete ${customers}:customers:?`;
    case 'set':
      return $localize`Set an attribute of ${customers}:customers:`;
    case 'remove':
      return $localize`Remove an attribute of ${customers}:customers:`;
    default:
      return does satisfies never;
  }
}

/** The result of a bulk edit, or of its undo, in words. */
export function resultOf(does: BulkTask['does'], isUndo: boolean, { changed, failed }: BulkEnd): string {
  const done = doneText(does, isUndo, countText(changed));
  if (failed === 0) return done;
  const count = countText(failed);
  const rest = isUndo ? $localize`${count}:count: left as they are:` : $localize`${count}:count: failed:`;
  return `${done} ${rest}`;
}

function doneText(does: BulkTask['does'], isUndo: boolean, count: string): string {
  if (isUndo) return $localize`${count}:count: put back.`;
  return does === 'delete' ? $localize`${count}:count: deleted.` : $localize`${count}:count: changed.`;
}
