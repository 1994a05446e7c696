import { failHandler } from '../support/fail-handler.js';
import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { ANYONE, NOWHERE } from '../../server/domain/access/audit.js';
import type { FailPoint } from '../../server/domain/fail-point.js';
import { openSqlite } from '../../server/storage/sqlite/open.js';
import { temporaryFolder } from '../support/engine.js';
import { catchUp, indexerOf, SMALL_BLOCKS } from '../support/indexed-engine.js';
import { attributes, event, ingestLines } from '../support/messages.js';
import { filesWith } from '../support/traces.js';
import { SqliteDatabase } from '../../server/storage/sqlite/database/database.js';

const MARK = 'Xq7Zv';
const FILES = ['roster.db', 'roster.db-wal'];

/** The files of a database as they are at a moment: what a process that is killed then leaves behind. */
describe('a process that ends while a customer is erased', () => {
  const folder = temporaryFolder();
  afterAll(folder.remove);

  it.each<[FailPoint, 'all' | 'none']>([
    ['transaction:begun', 'all'],
    ['transaction:before-commit', 'all'],
    ['transaction:after-commit', 'none'],
  ])('at %s leaves %s of it', async (point, left) => {
    const name = point.replace(':', '-');
    const path = join(folder.path, `${name}.db`);
    const storage = openSqlite(path);
    await ingestLines(storage, [
      attributes({ email: `${MARK}@example.com` }, { user_id: MARK }),
      event({ user_id: MARK, name: MARK }),
      event({ user_id: '1' }),
    ]);
    const other = new SqliteDatabase(path);
    await catchUp(indexerOf(other, SMALL_BLOCKS));
    await other.close();
    const after = temporaryFolder();
    failHandler.call = (reached) => {
      if (reached !== point) return;
      failHandler.call = () => undefined;
      for (const file of FILES) {
        const from = join(folder.path, file.replace('roster', name));
        if (existsSync(from)) copyFileSync(from, join(after.path, file));
      }
    };
    const audit = { author: ANYONE, origin: NOWHERE, action: 'customer.erased', target: MARK, details: {} } as const;
    await storage.customers.erase(MARK, { audit });
    await storage.close();

    const again = openSqlite(join(after.path, 'roster.db'));
    expect((await again.customers.get(MARK))?.id).toBe(left === 'all' ? MARK : undefined);
    expect(await again.finishErasures()).toBe(true);
    expect((await again.check.run()).filter(({ differences }) => differences > 0)).toEqual([]);
    expect(filesWith(after.path, MARK)).toEqual(left === 'all' ? ['roster.db'] : []);
    await again.close();
    after.remove();
  });
});
