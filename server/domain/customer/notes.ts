import type { Author } from '../access/audit.js';
import { DomainError } from '../errors.js';
import type { LabelEdit } from './label-edits.js';

/** A note on a customer. Times are in ms since the Unix epoch. */
export interface Note {
  /** A positive integer, different from that of every other note of the customer. */
  readonly id: number;
  readonly at: number;
  /** Undefined for a caller without credentials. */
  readonly author: Author | undefined;
  /** Undefined if it was never edited. */
  readonly editedAt: number | undefined;
  readonly editedBy: Author | undefined;
  readonly text: string;
}

/** The place of a note among those of its customer. */
export type NotePlace = Pick<Note, 'id' | 'at'>;

/** A note before it is written. */
export type NoteDraft = Omit<Note, 'editedAt' | 'editedBy'>;

/** A new text of a note. */
export interface NoteEdit {
  readonly id: number;
  readonly at: number;
  readonly author: Author | undefined;
  readonly text: string;
}

/**
 * The notes on customers. This class is the contract of every engine and the token for Nest. They are kept while a customer is in the trash, and
 * erased with it; a customer that is created anew meanwhile has none of them until it is restored.
 */
export abstract class NoteRepository {
  /**
   * At most `limit` notes of a customer, the newest first.
   * @param before only those behind this place
   * @throws DomainError `customer_not_found`
   */
  abstract page(customerId: string, limit: number, before?: NotePlace): Promise<readonly Note[]>;

  /** @throws DomainError `customer_not_found` */
  abstract add(customerId: string, note: NoteDraft): Promise<Note>;

  /** @throws DomainError `customer_not_found`, `note_not_found` */
  abstract edit(customerId: string, edit: NoteEdit): Promise<Note>;

  /** @throws DomainError `customer_not_found`, `note_not_found` */
  abstract remove(customerId: string, id: number): Promise<void>;

  /** The labels that a bulk edit changed, one of each customer, in the order of ids, at most `limit`. @param after only of the customers behind this one */
  abstract labelEdits(bulkEdit: number, after: string | undefined, limit: number): Promise<readonly LabelEdit[]>;

  abstract countOfLabelEdits(bulkEdit: number): Promise<number>;
}

export function noteNotFound(id: number | string): DomainError {
  return new DomainError('note_not_found', `There is no note ${JSON.stringify(id)} on this customer.`);
}
