import { Client } from 'pg';
import { ANYONE, NOWHERE } from '../../server/domain/access/audit.js';
import { openPostgres } from '../../server/storage/postgres/open.js';
import { attributes, event, ingestLines } from '../support/messages.js';
import { newPostgresSchema } from '../support/postgres-schema.js';
import { until } from '../support/until.js';

const DEAD = `SELECT relname AS name, n_dead_tup::int AS dead FROM pg_stat_user_tables
  WHERE schemaname = current_schema() AND relname IN ('customers', 'applied_messages', 'reject_blocks') AND vacuum_count > 0 ORDER BY relname`;

describe('an erased customer in PostgreSQL', () => {
  it('has no row that is only marked as removed, once no older transaction may see it', async () => {
    const schema = await newPostgresSchema();
    const storage = await openPostgres({ url: schema.url, connections: 4 });
    const older = new Client({ connectionString: schema.url });
    await older.connect();
    try {
      const bad = '{"id":"1","type":"nothing","user_id":"a"}';
      await ingestLines(storage, [attributes({ a: 1 }, { user_id: 'a' }), event({ user_id: 'a' }), event(), bad]);
      await older.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
      await older.query('SELECT FROM customers');
      const audit = { author: ANYONE, origin: NOWHERE, action: 'customer.erased', target: 'a', details: {} } as const;
      await storage.customers.erase('a', { audit });
      expect(await storage.finishErasures()).toBe(false);
      expect(await schema.query('SELECT customer_id FROM erasing')).toEqual([{ customer_id: 'a' }]);
      await older.query('COMMIT');
      // Transactions of other specs in the same database hold the rows as well.
      await until(() => storage.finishErasures());
      expect(await schema.query('SELECT customer_id FROM erasing')).toEqual([]);
      expect(await schema.query(DEAD)).toEqual([
        { name: 'applied_messages', dead: 0 },
        { name: 'customers', dead: 0 },
        { name: 'reject_blocks', dead: 0 },
      ]);
    } finally {
      await older.end();
      await storage.close();
      await schema.drop();
    }
  });
});
