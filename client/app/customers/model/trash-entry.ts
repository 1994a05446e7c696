import { Attributes } from './customer';

/** Customers of the trash that are loaded at once. */
export const TRASH_PER_PAGE = 50;

/** A deleted customer that can be restored. Times are RFC 3339 in UTC. */
export interface TrashEntry {
  readonly id: number | string;
  readonly deleted_at: string;
  /** It can be restored until then. */
  readonly ends_at: string;
  /** Missing when it was deleted without a login. */
  readonly by?: { readonly kind: 'user' | 'token' | 'source'; readonly id: number; readonly name: string };
  readonly attributes: Attributes;
  readonly events: Readonly<Record<string, number>>;
}
