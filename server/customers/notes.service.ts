import { Injectable } from '@nestjs/common';
import { randomInt } from 'node:crypto';
import type { Author } from '../domain/access/audit.js';
import type { Actor } from '../domain/actor.js';
import { noteNotFound, NoteRepository, type Note, type NotePlace } from '../domain/customer/notes.js';
import { DomainError } from '../domain/errors.js';
import { LIMITS, utf8Length } from '../domain/limits.js';
import { hasUnsupportedCharacter } from '../domain/text.js';
import { cursorOf, placeOf } from './cursor.js';
import { positiveInteger } from './paging.js';

const DEFAULT_LIMIT = 50;
/** Notes that are read at once. */
const NOTES_AT_ONCE = 20;
/** Ids of notes are chosen at random below it, so that none is used twice. */
const IDS = 2 ** 48 - 1;

/** Rules of the API for notes on customers. */
@Injectable()
export class NotesService {
  constructor(private readonly notes: NoteRepository) {}

  /**
   * Makes the body of a page in pieces.
   * @throws DomainError `invalid_request`, `customer_not_found`
   */
  async *page(id: string, query: Readonly<Record<string, unknown>>): AsyncGenerator<string> {
    let left = Math.min(positiveInteger(query.limit) ?? DEFAULT_LIMIT, LIMITS.notes);
    let before = readBefore(query.before);
    let opening = '{"notes":[';
    let isOver = false;
    while (!isOver && left > 0) {
      const wanted = Math.min(left, NOTES_AT_ONCE);
      const read = await this.notes.page(id, wanted, before);
      isOver = read.length < wanted;
      if (read.length === 0) break;
      yield opening + read.map(noteJson).join(',');
      opening = ',';
      left -= read.length;
      before = read[read.length - 1];
    }
    const next = isOver || !before ? '' : `"next":"${cursorOf(`${before.at}.${before.id}`)}"`;
    yield `${opening === ',' ? '' : opening}],"meta":{${next}}}`;
  }

  /** @throws DomainError `invalid_request`, `customer_not_found` */
  async add(id: string, text: string, actor: Actor): Promise<string> {
    checkText(text);
    const note = { id: randomInt(1, IDS), at: Date.now(), author: authorOf(actor), text };
    return `{"note":${noteJson(await this.notes.add(id, note))}}`;
  }

  /** @throws DomainError `invalid_request`, `customer_not_found`, `note_not_found` */
  async edit(id: string, note: string, text: string, actor: Actor): Promise<string> {
    checkText(text);
    const edit = { id: readId(note), at: Date.now(), author: authorOf(actor), text };
    return `{"note":${noteJson(await this.notes.edit(id, edit))}}`;
  }

  /** @throws DomainError `customer_not_found`, `note_not_found` */
  remove(id: string, note: string): Promise<void> {
    return this.notes.remove(id, readId(note));
  }
}

/** A note as it is served. */
export function noteJson({ id, at, author, editedAt, editedBy, text }: Note): string {
  return JSON.stringify({
    id,
    at: new Date(at).toISOString(),
    by: author,
    edited_at: editedAt === undefined ? undefined : new Date(editedAt).toISOString(),
    edited_by: editedBy,
    text,
  });
}

function authorOf({ author }: Actor): Author | undefined {
  return author.kind === 'anyone' ? undefined : author;
}

function checkText(text: string): void {
  const isGood = text.trim() !== '' && utf8Length(text) <= LIMITS.noteBytes && !hasUnsupportedCharacter(text);
  if (isGood) return;
  const message = `note.text is text of 1 to ${LIMITS.noteBytes} bytes, not white space alone, without U+0000 and half surrogate pairs.`;
  throw new DomainError('invalid_request', message, [{ field: 'note.text', message }]);
}

function readId(note: string): number {
  if (/^[1-9]\d{0,14}$/.test(note)) return Number(note);
  throw noteNotFound(note);
}

function readBefore(value: unknown): NotePlace | undefined {
  if (value === undefined || value === '') return undefined;
  const found = /^(\d{1,16})\.(\d{1,15})$/.exec(placeOf(value) ?? '');
  if (found) return { at: Number(found[1]), id: Number(found[2]) };
  const message = 'before is the `next` of the page before.';
  throw new DomainError('invalid_request', message, [{ field: 'before', message }]);
}
