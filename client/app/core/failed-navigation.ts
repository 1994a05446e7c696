import { DOCUMENT, inject } from '@angular/core';
import { NavigationError, Router } from '@angular/router';

import { Connection } from './connection';

/**
 * Handles a page whose code could not be loaded. Either the server is away, which the admin then says, or another version of
 * the admin was installed, and the page is loaded again. Not on the first load, where that would never end.
 */
export async function recoverNavigation({ url }: NavigationError): Promise<void> {
  const connection = inject(Connection);
  const window = inject(DOCUMENT).defaultView;
  const first = inject(Router).lastSuccessfulNavigation() === null;
  await connection.check();
  if (!connection.lost() && !first) window?.location.assign(url);
}
