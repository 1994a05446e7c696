import { RowChange } from '../model/attribute-draft';

/** Summarises changes: "1 added, 2 changed". */
export function summaryOf(changes: readonly RowChange[]): string {
  const count = (kind: RowChange) => changes.filter((change) => change === kind).length;
  const parts = [
    { count: count('added'), text: $localize`${count('added')}:count: added` },
    { count: count('changed'), text: $localize`${count('changed')}:count: changed` },
    { count: count('removed'), text: $localize`${count('removed')}:count: removed` },
  ].filter((part) => part.count > 0);
  return parts.length > 0 ? parts.map((part) => part.text).join(', ') : $localize`No changes`;
}
