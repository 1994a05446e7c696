import { Injectable, inject, signal } from '@angular/core';
import { Observable, Subscription, firstValueFrom } from 'rxjs';

import { readProblem } from '../../core/problem';
import { Note, NotePage } from '../model/note';
import { NotesClient } from '../wire/notes-client';

/** The notes on a customer, newest first, page by page. One for each component. */
@Injectable()
export class NotesStore {
  private readonly client = inject(NotesClient);
  private readonly _page = signal<NotePage | null>(null);
  private readonly _problem = signal<string | null>(null);
  private request: Subscription | undefined;
  private id = '';

  /** The notes that are loaded; null until they are known. */
  readonly page = this._page.asReadonly();
  /** The reason why the last thing was not done. */
  readonly problem = this._problem.asReadonly();

  load(id: string): void {
    if (id !== this.id) this._page.set(null);
    this.id = id;
    this.fetch(undefined);
  }

  loadMore(): void {
    const page = this._page();
    if (page?.next !== undefined && this.request?.closed !== false) this.fetch(page);
  }

  /** @returns whether it is done */
  add(text: string): Promise<boolean> {
    return this.write(this.client.add(this.id, text), (notes, note) => [note, ...notes]);
  }

  /** @returns whether it is done */
  edit({ id }: Note, text: string): Promise<boolean> {
    return this.write(this.client.edit(this.id, id, text), (notes, edited) =>
      notes.map((note) => (note.id === id ? edited : note)),
    );
  }

  /** @returns whether it is done */
  remove({ id }: Note): Promise<boolean> {
    return this.write(this.client.remove(this.id, id), (notes) => notes.filter((note) => note.id !== id));
  }

  private async write<T>(
    request: Observable<T>,
    change: (notes: readonly Note[], answer: T) => readonly Note[],
  ): Promise<boolean> {
    const { id } = this;
    this._problem.set(null);
    try {
      const answer = await firstValueFrom(request);
      // The reader may be at another customer by now.
      if (id === this.id) this._page.update((page) => page && { ...page, notes: change(page.notes, answer) });
      return true;
    } catch (error: unknown) {
      this._problem.set(readProblem(error).message);
      return false;
    }
  }

  private fetch(present: NotePage | undefined): void {
    this.request?.unsubscribe();
    this._problem.set(null);
    this.request = this.client.page(this.id, present?.next).subscribe({
      next: (page) => this._page.set({ ...page, notes: [...(present?.notes ?? []), ...page.notes] }),
      error: (error: unknown) => this._problem.set(readProblem(error).message),
    });
  }
}
