import { HttpClient } from '@angular/common/http';
import { Injectable, inject } from '@angular/core';
import { Observable, catchError, debounceTime, distinctUntilChanged, map, of, startWith, switchMap } from 'rxjs';

import { listAttributeNames } from '../../api/fn/customers/list-attribute-names';
import { listEventNames } from '../../api/fn/customers/list-event-names';

/** The name of an attribute or event, with the number of customers that have it. */
export interface NameCount {
  readonly name: string;
  readonly customers: number;
}

export interface Suggestions {
  readonly search: string;
  readonly names: readonly NameCount[];
}

const MOST = 50;
const TYPING_MS = 120;

/** Reads the names of attributes and events, those of most customers first. */
@Injectable({ providedIn: 'root' })
export class NamesClient {
  private readonly http = inject(HttpClient);

  /** @param search part of the name, in any case; empty for all names */
  names(of: 'attribute' | 'event', search: string): Observable<readonly NameCount[]> {
    const params = { limit: MOST, ...(search && { search }) };
    return of === 'attribute'
      ? listAttributeNames(this.http, '', params).pipe(map(({ body }) => body.attribute_names))
      : listEventNames(this.http, '', params).pipe(map(({ body }) => body.event_names));
  }

  /** Suggestions for a text while it is typed; none while the server is away. */
  suggest(what: 'attribute' | 'event', typed: Observable<string>): Observable<readonly NameCount[]> {
    return this.answers(what, typed).pipe(map(({ names }) => names));
  }

  /** Suggestions with the trimmed text that they are for, which may be older than the present one. */
  answers(what: 'attribute' | 'event', typed: Observable<string>): Observable<Suggestions> {
    return typed.pipe(
      debounceTime(TYPING_MS),
      startWith(''),
      map((text) => text.trim()),
      distinctUntilChanged(),
      switchMap((search) =>
        this.names(what, search).pipe(
          catchError(() => of([])),
          map((names) => ({ search, names })),
        ),
      ),
    );
  }
}
