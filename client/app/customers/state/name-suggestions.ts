import { Injectable, inject } from '@angular/core';
import { Observable, catchError, debounceTime, distinctUntilChanged, map, of, switchMap } from 'rxjs';

import { KnownName, NamesClient } from '../wire/names-client';

/** Delay after a key (ms). */
const TYPING_MS = 150;

export interface KnownNames {
  /** The text that the names were asked for. */
  readonly search: string;
  /** Null while the server is away. */
  readonly names: readonly KnownName[] | null;
}

/** Suggests the attributes that customers have, with their usual types. */
@Injectable({ providedIn: 'root' })
export class NameSuggestions {
  private readonly client = inject(NamesClient);

  /** Suggestions for a text while it is typed. */
  answers(typed: Observable<string>): Observable<KnownNames> {
    return typed.pipe(
      debounceTime(TYPING_MS),
      distinctUntilChanged(),
      switchMap((search) =>
        this.client.known(search.trim()).pipe(
          catchError(() => of(null)),
          map((names) => ({ search, names })),
        ),
      ),
    );
  }
}
