import { Column } from '../state/column-choice';

/** What stands at the head of a column: the names of the data are those of the data. */
export function columnText({ kind, name }: Column): string {
  if (kind === 'last_updated') return $localize`Last updated`;
  if (kind === 'attribute' && name === 'email') return $localize`Email`;
  if (kind === 'attribute' && name === 'created_at') return $localize`Created`;
  return name;
}
