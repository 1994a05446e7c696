import { DOCUMENT, inject } from '@angular/core';
import { NavigationError, Router } from '@angular/router';

import { Connection } from './connection';

/**
 * The code of a page did not come. Either the server is away, which is then said, or another version of the admin was
 * installed meanwhile: the page is asked for anew. Not at the first load, where that would go on for ever.
 */
export async function recoverNavigation({ url }: NavigationError): Promise<void> {
  const connection = inject(Connection);
  const window = inject(DOCUMENT).defaultView;
  const first = inject(Router).lastSuccessfulNavigation() === null;
  await connection.check();
  if (!connection.lost() && !first) window?.location.assign(url);
}
