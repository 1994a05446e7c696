import { HttpClient } from '@angular/common/http';
import { Injectable, inject } from '@angular/core';
import { Observable, map } from 'rxjs';

import { addNote } from '../../api/fn/notes/add-note';
import { editNote } from '../../api/fn/notes/edit-note';
import { listNotes } from '../../api/fn/notes/list-notes';
import { removeNote } from '../../api/fn/notes/remove-note';
import { NOTES_PER_PAGE, Note, NotePage } from '../model/note';

/** The server of the admin is that of the API. */
const ROOT = '';

/** Reads and writes the notes on a customer. Fails with `HttpErrorResponse`. */
@Injectable({ providedIn: 'root' })
export class NotesClient {
  private readonly http = inject(HttpClient);

  /** @param before the place behind which to go on */
  page(id: string, before?: string): Observable<NotePage> {
    const params = { id, limit: NOTES_PER_PAGE, ...(before !== undefined && { before }) };
    return listNotes(this.http, ROOT, params).pipe(map(({ body: { notes, meta } }) => ({ notes, ...meta })));
  }

  add(id: string, text: string): Observable<Note> {
    return addNote(this.http, ROOT, { id, body: { note: { text } } }).pipe(map(({ body }) => body.note));
  }

  edit(id: string, note: number, text: string): Observable<Note> {
    return editNote(this.http, ROOT, { id, note, body: { note: { text } } }).pipe(map(({ body }) => body.note));
  }

  remove(id: string, note: number): Observable<void> {
    return removeNote(this.http, ROOT, { id, note }).pipe(map(() => undefined));
  }
}
