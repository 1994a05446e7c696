import { Problem } from '../../core/problem';
import { Conflict } from '../model/attribute-draft';

/** The state of a save. */
export type Saving =
  | { readonly kind: 'idle' }
  | { readonly kind: 'saving' }
  /** Another user saved first. The edits now stand on that version; these attributes were changed on both sides. */
  | { readonly kind: 'conflict'; readonly conflicts: readonly Conflict[]; readonly others: readonly string[] }
  | { readonly kind: 'failed'; readonly problem: Problem; readonly others: readonly string[] };

/** Tells whether the server could not be reached, by itself or behind a proxy. */
export function isAway({ status }: Problem): boolean {
  return status === 0 || (status >= 502 && status <= 504);
}

export const BACK = $localize`The server is back. What you typed is still here.`;
export const GONE = $localize`This customer was deleted meanwhile. What you typed is still here, but there is no record to save it to.`;
