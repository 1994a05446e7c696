import { inject } from '@angular/core';
import { CanMatchFn, Router, UrlTree } from '@angular/router';

import { Permission, SessionStore } from '../core/session';

const HOME = '/customers';

/** Opens a page to readers with all of these permissions. A reader who has to log in first is led there. */
export function may(...needed: Permission[]): CanMatchFn {
  return () => {
    const store = inject(SessionStore);
    return wayIn() ?? needed.every((permission) => store.may(permission));
  };
}

/** Opens a page about the reader to people who are signed in. */
export const isSignedIn: CanMatchFn = () =>
  wayIn() ?? (inject(SessionStore).user() !== null || inject(Router).parseUrl(HOME));

/** Opens the page of the login to people who are not signed in where a login is needed. */
export const needsLogin: CanMatchFn = () => {
  const store = inject(SessionStore);
  const router = inject(Router);
  if (store.session()?.access === 'setup') return router.parseUrl('/setup');
  return store.isOutside() || router.parseUrl(ownPath(router.currentNavigation()?.extractedUrl.queryParams.return));
};

/** A path of the admin from the address; the list of customers for anything else. */
export function ownPath(path: unknown): string {
  return typeof path === 'string' && /^\/(?![/\\])/.test(path) && !path.startsWith('/login') ? path : HOME;
}

/** The page that a reader without a session has to see first; null when none. */
function wayIn(): UrlTree | null {
  const store = inject(SessionStore);
  const router = inject(Router);
  if (!store.isOutside()) return null;
  if (store.session()?.access === 'setup') return router.parseUrl('/setup');
  const to = router.currentNavigation()?.extractedUrl;
  const path = to ? router.serializeUrl(to) : HOME;
  return router.createUrlTree(['/login'], { queryParams: path === '/' || path === HOME ? {} : { return: path } });
}
