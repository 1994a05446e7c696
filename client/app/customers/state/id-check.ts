import { Injectable, inject } from '@angular/core';
import { Observable, catchError, map, of, startWith, switchMap, timer } from 'rxjs';

import { readProblem } from '../../core/problem';
import { SessionStore } from '../../core/session';
import { idProblem } from '../model/attribute-rules';
import { Person } from '../model/person';
import { CustomersClient } from '../wire/customers-client';
import { TrashClient } from '../wire/trash-client';
import { People } from './people';

/** The state of an id for a new customer. */
export type IdState =
  | { readonly kind: 'taken'; readonly id: string; readonly person: Person }
  | { readonly kind: 'free' | 'in_trash' | 'suppressed'; readonly id: string };

/** Delay after a key (ms). */
const TYPING_MS = 250;

/** Looks an id up while it is typed. */
@Injectable({ providedIn: 'root' })
export class IdCheck {
  private readonly customers = inject(CustomersClient);
  private readonly trash = inject(TrashClient);
  private readonly session = inject(SessionStore);
  private readonly people = inject(People);

  /** Null while it is not known, or can not be: for an id that no customer can have, and while the server is away. */
  states(typed: Observable<string>): Observable<IdState | null> {
    return typed.pipe(
      switchMap((id) =>
        idProblem(id)
          ? of(null)
          : timer(TYPING_MS).pipe(
              switchMap(() => this.look(id)),
              startWith(null),
            ),
      ),
    );
  }

  private look(id: string): Observable<IdState | null> {
    return this.customers.read(id).pipe(
      map(({ customer }): IdState => ({ kind: 'taken', id, person: this.people.of(customer) })),
      catchError((error: unknown) => {
        const { status, code } = readProblem(error);
        if (code === 'customer_suppressed') return of({ kind: 'suppressed', id } as const);
        return status === 404 ? this.lookInTrash(id) : of(null);
      }),
    );
  }

  private lookInTrash(id: string): Observable<IdState> {
    const free = { kind: 'free', id } as const;
    if (!this.session.may('delete')) return of(free);
    return this.trash.entry(id).pipe(
      map((entry): IdState => (entry ? { kind: 'in_trash', id } : free)),
      catchError(() => of(free)),
    );
  }
}
