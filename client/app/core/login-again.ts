import { HttpContextToken, HttpErrorResponse, HttpInterceptorFn } from '@angular/common/http';
import { Injectable, inject, signal } from '@angular/core';
import { MonoTypeOperatorFunction, catchError, from, switchMap, throwError } from 'rxjs';

/** Set for a request whose 401 is an answer: a login with a wrong password. */
export const IS_LOGIN = new HttpContextToken(() => false);

/** Asks the user to log in when a session has ended. Requests that are refused at the same time share one question. */
@Injectable({ providedIn: 'root' })
export class LoginAgain {
  private readonly _asks = signal(false);
  private asked: { readonly outcome: Promise<boolean>; readonly answer: (again: boolean) => void } | null = null;

  /** True if a question waits for its answer. The shell shows it. */
  readonly asks = this._asks.asReadonly();

  /** @returns whether the user is signed in again, so that a refused request may be sent again */
  ask(): Promise<boolean> {
    if (!this.asked) {
      let answer: (again: boolean) => void = () => undefined;
      this.asked = { outcome: new Promise((answered) => (answer = answered)), answer };
      this._asks.set(true);
    }
    return this.asked.outcome;
  }

  answer(again: boolean): void {
    this.asked?.answer(again);
    this.asked = null;
    this._asks.set(false);
  }
}

/** Sends a request again, from its start, when it was refused for want of a login and the user has logged in. */
export function afterLogin<T>(login: LoginAgain): MonoTypeOperatorFunction<T> {
  return (request) =>
    request.pipe(
      catchError((error: unknown) => {
        if (!(error instanceof HttpErrorResponse) || error.status !== 401) return throwError(() => error);
        const again = (isAgain: boolean) => (isAgain ? request.pipe(afterLogin(login)) : throwError(() => error));
        return from(login.ask()).pipe(switchMap(again));
      }),
    );
}

export const waitForLogin: HttpInterceptorFn = (request, next) => {
  const login = inject(LoginAgain);
  return request.context.get(IS_LOGIN) ? next(request) : next(request).pipe(afterLogin(login));
};
