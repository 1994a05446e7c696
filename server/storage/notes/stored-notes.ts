import type { LabelEdit } from '../../domain/customer/label-edits.js';
import {
  NoteRepository,
  type Note,
  type NoteDraft,
  type NoteEdit,
  type NotePlace,
} from '../../domain/customer/notes.js';
import { customerNotFound } from '../../domain/errors.js';
import type { AccessRunner, Work } from '../access/statement.js';
import { countLabelEdits, readLabelEdits } from './label-edits.js';
import { addNote, editNote, readNotes, removeNote } from './notes.js';

/** Tells whether a customer exists. @param locks so that no other transaction deletes it before this one ends */
export type IsThere = (customerId: string, locks: boolean) => Work<boolean>;

/** The notes in the tables of an engine. */
export class StoredNotes extends NoteRepository {
  constructor(
    private readonly runner: AccessRunner,
    private readonly isThere: IsThere,
  ) {
    super();
  }

  override page(customerId: string, limit: number, before?: NotePlace): Promise<readonly Note[]> {
    return this.runner.read(() => this.with(customerId, false, readNotes(customerId, limit, before)));
  }

  override add(customerId: string, note: NoteDraft): Promise<Note> {
    return this.runner.write(() => this.with(customerId, true, addNote(customerId, note)));
  }

  override edit(customerId: string, edit: NoteEdit): Promise<Note> {
    return this.runner.write(() => this.with(customerId, true, editNote(customerId, edit)));
  }

  override remove(customerId: string, id: number): Promise<void> {
    return this.runner.write(() => this.with(customerId, true, removeNote(customerId, id)));
  }

  override labelEdits(bulkEdit: number, after: string | undefined, limit: number): Promise<readonly LabelEdit[]> {
    return this.runner.read(() => readLabelEdits(bulkEdit, after, limit));
  }

  override countOfLabelEdits(bulkEdit: number): Promise<number> {
    return this.runner.read(() => countLabelEdits(bulkEdit));
  }

  /** Does work on the notes of a customer that exists. */
  private *with<T>(customerId: string, locks: boolean, work: Work<T>): Work<T> {
    if (!(yield* this.isThere(customerId, locks))) throw customerNotFound(customerId);
    return yield* work;
  }
}
