import type { LogEdit } from '../../domain/log/log-entry.js';
import type { EditEffect } from '../../domain/log/log-change.js';

/** An edit as it is stored. */
export interface EditRow {
  readonly moment: number;
  readonly at: number;
  readonly kind: string;
  /** JSON: the attributes of a `set`, and the times of deletions of the others. */
  readonly data: string;
}

export function toEditRow(edit: EditEffect, moment: number): EditRow {
  return { moment, at: edit.at, kind: edit.kind, data: dataOf(edit) };
}

function dataOf(edit: EditEffect): string {
  switch (edit.kind) {
    case 'set':
      return edit.attributes;
    case 'deleted':
      return JSON.stringify({ deletedAt: edit.deletedAt });
    case 'restored':
      return JSON.stringify({ deletedBefore: edit.deletedBefore, deletedAt: edit.deletedAt });
    default:
      return edit satisfies never;
  }
}

/** @throws Error for a kind that this version does not know */
export function readEdit({ moment, at, kind, data }: EditRow): LogEdit {
  switch (kind) {
    case 'set':
      return { moment, at, kind, attributes: data };
    case 'deleted': {
      // Safe: toEditRow wrote it, as in the next case.
      const { deletedAt } = JSON.parse(data) as { deletedAt: number };
      return { moment, at, kind, deletedAt };
    }
    case 'restored': {
      const { deletedBefore, deletedAt } = JSON.parse(data) as { deletedBefore?: number; deletedAt: number };
      return { moment, at, kind, deletedBefore, deletedAt };
    }
    default:
      throw new Error(`The log has an edit of the unknown kind ${kind}.`);
  }
}
