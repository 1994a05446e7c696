import { inject } from '@angular/core';
import { CanMatchFn, Router, UrlTree } from '@angular/router';

import { Permission, SessionStore } from '../core/session';
import { CurrentSession } from './current-session';

const HOME = '/customers';

/** Opens a page to readers with all of these permissions. A reader who has to log in first is led there. */
export function may(...needed: Permission[]): CanMatchFn {
  return whenKnown((store, router) => wayIn(store, router) ?? needed.every((permission) => store.may(permission)));
}

/** Opens a page about the reader to people who are signed in. */
export const isSignedIn: CanMatchFn = whenKnown(
  (store, router) => wayIn(store, router) ?? (store.user() !== null || router.parseUrl(HOME)),
);

/** Opens the page of the login to people who are not signed in where a login is needed. */
export const needsLogin: CanMatchFn = whenKnown((store, router) => {
  if (store.session()?.access === 'setup') return router.parseUrl('/setup');
  const to = router.currentNavigation()?.extractedUrl.queryParams.return as unknown;
  return store.isOutside() || router.parseUrl(ownPath(to));
});

/** A path of the admin from the address; the list of customers for anything else. */
export function ownPath(path: unknown): string {
  return typeof path === 'string' && /^\/(?![/\\])/.test(path) && !path.startsWith('/login') ? path : HOME;
}

/** Decides at once when the session is known, and otherwise waits for it. */
function whenKnown(decide: (store: SessionStore, router: Router) => boolean | UrlTree): CanMatchFn {
  return () => {
    const [store, router, current] = [inject(SessionStore), inject(Router), inject(CurrentSession)];
    return store.session() ? decide(store, router) : current.known.then(() => decide(store, router));
  };
}

/** The page that a reader without a session has to see first; null when none. */
function wayIn(store: SessionStore, router: Router): UrlTree | null {
  if (!store.isOutside()) return null;
  if (store.session()?.access === 'setup') return router.parseUrl('/setup');
  const to = router.currentNavigation()?.extractedUrl;
  const path = to ? router.serializeUrl(to) : HOME;
  return router.createUrlTree(['/login'], { queryParams: path === '/' || path === HOME ? {} : { return: path } });
}
