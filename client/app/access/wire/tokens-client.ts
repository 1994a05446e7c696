import { HttpClient } from '@angular/common/http';
import { Injectable, inject } from '@angular/core';
import { Observable, map } from 'rxjs';

import { createToken } from '../../api/fn/access/create-token';
import { deleteToken } from '../../api/fn/access/delete-token';
import { listTokens } from '../../api/fn/access/list-tokens';
import { NewTokenFields } from '../../api/models/new-token-fields';
import { TokenView } from '../../api/models/token-view';

export type Token = Readonly<TokenView>;

/** Manages tokens. Fails with `HttpErrorResponse`. */
@Injectable({ providedIn: 'root' })
export class TokensClient {
  private readonly http = inject(HttpClient);

  list(): Observable<readonly Token[]> {
    return listTokens(this.http, '').pipe(map(({ body }) => body.tokens));
  }

  /** Gives the secret, which the server does not show again. */
  create(token: NewTokenFields): Observable<string> {
    return createToken(this.http, '', { body: { token } }).pipe(map(({ body }) => body.token.secret));
  }

  remove(id: number): Observable<void> {
    return deleteToken(this.http, '', { id }).pipe(map(() => undefined));
  }
}
