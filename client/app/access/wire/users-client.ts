import { HttpClient } from '@angular/common/http';
import { Injectable, inject } from '@angular/core';
import { Observable, map } from 'rxjs';

import { createUser } from '../../api/fn/access/create-user';
import { createUserLink } from '../../api/fn/access/create-user-link';
import { deleteUser } from '../../api/fn/access/delete-user';
import { listUsers } from '../../api/fn/access/list-users';
import { updateUser } from '../../api/fn/access/update-user';
import { LinkView } from '../../api/models/link-view';
import { NewUserFields } from '../../api/models/new-user-fields';
import { UserFields } from '../../api/models/user-fields';
import { UserView } from '../../api/models/user-view';

export type User = Readonly<UserView>;
export type Link = Readonly<LinkView>;
export type UserChange = Readonly<UserFields>;
export type NewUser = Readonly<NewUserFields>;

/** Manages users. Fails with `HttpErrorResponse`. */
@Injectable({ providedIn: 'root' })
export class UsersClient {
  private readonly http = inject(HttpClient);

  list(): Observable<readonly User[]> {
    return listUsers(this.http, '').pipe(map(({ body }) => body.users));
  }

  /** Gives the link of the invitation; null for a user of single sign-on, who gets none. */
  create(user: NewUser): Observable<Link | null> {
    return createUser(this.http, '', { body: { user } }).pipe(map(({ body }) => body.link ?? null));
  }

  change(id: number, user: UserChange): Observable<User> {
    return updateUser(this.http, '', { id, body: { user } }).pipe(map(({ body }) => body.user));
  }

  remove(id: number): Observable<void> {
    return deleteUser(this.http, '', { id }).pipe(map(() => undefined));
  }

  /** Makes a link with which the user sets a password. */
  link(id: number): Observable<Link> {
    return createUserLink(this.http, '', { id }).pipe(map(({ body }) => body.link));
  }
}
