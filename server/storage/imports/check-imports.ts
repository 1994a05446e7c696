import type { Differences } from '../check/differences.js';
import { first, type Work } from '../access/statement.js';

const LAST = 'SELECT last_import, coalesce((SELECT max(id) FROM imports), 0) AS import FROM import_state';

/** Compares the numbers of imports that were assigned with those that are there. */
export function* checkImports(differences: Differences): Work<void> {
  const last = yield* first<{ readonly last_import: number; readonly import: number }>(LAST);
  if (!last) differences.add('import_state', '1 row', 'none');
  else if (last.import > last.last_import)
    differences.add('imports', `numbers up to ${last.last_import}`, `number ${last.import}`);
}
