import { JsonValue, writeJson } from '../../core/exact-json';
import { AttributeChanges } from './customer';

/** An edit of a customer through the API or the admin. */
export interface HistoryEntry {
  /** Counts up with every entry of the customer. */
  readonly id: number;
  /** RFC 3339 in UTC, with milliseconds. */
  readonly at: string;
  readonly source: 'api' | 'admin';
  /** Missing when the edit came without a login. */
  readonly by?: { readonly kind: 'user' | 'token' | 'source'; readonly id: number; readonly name: string };
  readonly action: 'created' | 'overwritten' | 'updated' | 'deleted' | 'restored';
  /** `from` is missing when there was no such attribute, `to` when it was removed. */
  readonly changes: readonly { readonly name: string; readonly from?: JsonValue; readonly to?: JsonValue }[];
}

export const ACTION_TEXT: Readonly<Record<HistoryEntry['action'], string>> = {
  created: $localize`Created`,
  overwritten: $localize`Overwritten`,
  updated: $localize`Updated`,
  deleted: $localize`Deleted`,
  restored: $localize`Restored`,
};

/** Tells whether an entry is the edit that made these changes. Attributes that had their value already are not in it. */
export function isEditOf({ action, changes: made }: HistoryEntry, changes: AttributeChanges): boolean {
  const isSame = ({ name, to }: HistoryEntry['changes'][number]): boolean =>
    Object.hasOwn(changes, name) && writeJson(changes[name]) === writeJson(to ?? null);
  return action === 'updated' && made.length > 0 && made.every(isSame);
}
