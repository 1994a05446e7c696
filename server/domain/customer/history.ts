import type { AuditDraft, Author } from '../access/audit.js';
import type { Actor } from '../actor.js';
import type { AttributeState } from './customer.js';
import { forEachElement, forEachMember } from '../json-members.js';
import { compareCodePoints } from '../text.js';

export const EDIT_SOURCES = ['api', 'admin'] as const satisfies readonly Actor['kind'][];
/** The client that makes an edit: the web admin, or any other client of the API. */
export type EditSource = (typeof EDIT_SOURCES)[number];

export const EDIT_ACTIONS = ['created', 'overwritten', 'updated', 'deleted', 'restored'] as const;
export type EditAction = (typeof EDIT_ACTIONS)[number];

/** The word of the history for an edit. The action is used when the customer exists before and after it, or is restored. */
export interface EditNote {
  readonly actor: Actor;
  readonly action: 'overwritten' | 'updated' | 'restored';
  /** The number of the bulk edit that the edit is a part of. */
  readonly bulkEdit?: number | undefined;
  /** An entry of the audit. It is written once, in the transaction of the edit, if that changes a customer. */
  readonly audit?: AuditDraft;
}

/** An attribute before and after an edit, each as JSON text, or null where there was none. */
export interface AttributeEdit {
  readonly name: string;
  readonly from: string | null;
  readonly to: string | null;
}

/** An edit of one customer. It is kept for ever. */
export interface HistoryEntry {
  /** Number of the entry within its customer, from 1 on. */
  readonly id: number;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly source: EditSource;
  readonly action: EditAction;
  /** A JSON array of `{"name","from","to"}` in the order of names; without the member where there was no value. */
  readonly changes: string;
  /** The user, token or source that made the edit; undefined when it had no credentials. */
  readonly author: Author | undefined;
  /** The number of the bulk edit that it is a part of. */
  readonly bulkEdit?: number | undefined;
}

/** An entry of a bulk edit, with its customer. */
export interface BulkEntry extends HistoryEntry {
  readonly customerId: string;
  /** Its place among the entries of the bulk edit, which stays. */
  readonly place: string | number;
  /** The number of the newest entry of the customer. */
  readonly last: number;
}

/** An entry before it is written. The engine numbers it, unless a copy brings its `id`, and dates it, unless it has the time of its edit. */
export type HistoryDraft = Pick<HistoryEntry, 'source' | 'action' | 'changes' | 'author' | 'bulkEdit'> &
  Partial<Pick<HistoryEntry, 'id' | 'at'>>;

export interface HistoryPage {
  /** Newest first. */
  readonly entries: readonly HistoryEntry[];
  /** True when there are older entries. */
  readonly more: boolean;
}

/** The edits of a span of time. */
export interface EditCounts {
  readonly created: number;
  /** All that neither created nor deleted a customer. */
  readonly changed: number;
  readonly deleted: number;
}

/** Sums up entries by their action. @param counts of each action of a span */
export function editCounts(counts: Iterable<readonly [action: EditAction, count: number]>): EditCounts {
  const sums = { created: 0, changed: 0, deleted: 0 };
  for (const [action, count] of counts)
    sums[action === 'created' || action === 'deleted' ? action : 'changed'] += count;
  return sums;
}

/**
 * The edits of every customer. This class is the contract of every engine and the token for Nest. Entries are written by
 * `CustomerRepository.change`, in its transaction, and never change. They stay when the customer is deleted, but are not read any more, unless
 * it is restored: a customer that is created anew has the entries since then.
 */
export abstract class HistoryRepository {
  /**
   * At most `limit` entries of a customer since its last deletion; none of a customer that is deleted.
   * @param before return only entries older than the entry with this id
   */
  abstract page(customerId: string, before: number | undefined, limit: number): Promise<HistoryPage>;

  /** The newest entry of a customer, also of one that is deleted. */
  abstract newest(customerId: string): Promise<HistoryEntry | undefined>;

  /** The entries of a bulk edit in the order of their places, at most `limit`. @param after only those behind this place */
  abstract ofBulkEdit(
    bulkEdit: number,
    after: BulkEntry['place'] | undefined,
    limit: number,
  ): Promise<readonly BulkEntry[]>;

  /**
   * The number of all entries by their time, of customers that exist or not.
   * @param edges of the spans, ascending, in ms since the Unix epoch: one more than there are spans
   */
  abstract counts(edges: readonly number[]): Promise<readonly EditCounts[]>;

  /** The number of the entries of a bulk edit. */
  abstract countOfBulkEdit(bulkEdit: number): Promise<number>;
}

/** The attributes whose value changed, in the order of names. A change of the timestamp alone does not count. */
export function editsBetween(
  before: ReadonlyMap<string, AttributeState>,
  after: ReadonlyMap<string, AttributeState>,
): AttributeEdit[] {
  const edits: AttributeEdit[] = [];
  for (const [name, state] of after) {
    const old = before.get(name);
    if (old === state) continue;
    const from = old?.value ?? null;
    if (from !== state.value) edits.push({ name, from, to: state.value });
  }
  for (const [name, { value }] of before) {
    if (value !== null && !after.has(name)) edits.push({ name, from: value, to: null });
  }
  return edits.length < 2 ? edits : edits.sort((a, b) => compareCodePoints(a.name, b.name));
}

/** The action of an entry; undefined for an edit that changed nothing and leaves no entry. */
export function actionOf(
  existed: boolean,
  exists: boolean,
  edits: readonly AttributeEdit[],
  { action }: EditNote,
): EditAction | undefined {
  if (exists && action === 'restored') return action;
  if (existed && exists) return edits.length > 0 ? action : undefined;
  if (existed) return 'deleted';
  return exists ? 'created' : undefined;
}

/** The `changes` of an entry, as JSON. */
export function changesJson(edits: readonly AttributeEdit[]): string {
  const members = edits.map(({ name, from, to }) => {
    const before = from === null ? '' : `,"from":${from}`;
    const after = to === null ? '' : `,"to":${to}`;
    return `{"name":${JSON.stringify(name)}${before}${after}}`;
  });
  return `[${members.join(',')}]`;
}

/** Reads what {@link changesJson} wrote. */
export function readChanges(json: string): AttributeEdit[] {
  const edits: AttributeEdit[] = [];
  forEachElement(json, (element) => {
    let name = '';
    let [from, to]: (string | null)[] = [null, null];
    forEachMember(element, (member, value) => {
      // Safe: a name is a text.
      if (member === 'name') name = JSON.parse(value) as string;
      else if (member === 'from') from = value;
      else to = value;
    });
    edits.push({ name, from, to });
  });
  return edits;
}

/** The `author` of an entry as JSON; null for a caller without credentials. */
export function authorJson(author: Author | undefined): string | null {
  return author ? JSON.stringify(author) : null;
}

/** Reads what {@link authorJson} wrote. */
export function readAuthor(json: string | null): Author | undefined {
  // Safe: written by authorJson.
  return json === null ? undefined : (JSON.parse(json) as Author);
}
