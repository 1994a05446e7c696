import { join } from 'node:path';
import { parseFilter } from '../../server/domain/search/customer-filter.js';
import { resolveConditions } from '../../server/domain/search/written-query.js';
import { openMemory } from '../../server/storage/memory/open.js';
import { openPostgres } from '../../server/storage/postgres/open.js';
import { openSqlite } from '../../server/storage/sqlite/open.js';
import { describeWithin } from '../contracts/within.contract.js';
import { ENGINES, temporaryFolder, type Engine } from '../support/engine.js';
import { openByIndexes, openIndexed } from '../support/indexed-engine.js';
import { event, ingestLines, TIME } from '../support/messages.js';
import { newPostgresSchema } from '../support/postgres-schema.js';

for (const [name, open] of ENGINES) describeWithin(name, open);
describeWithin('sqlite, everything indexed', openIndexed);
describeWithin('postgres, by its indexes', openByIndexes);

describe('events within a time', () => {
  const ms = TIME * 1_000;
  const filters = resolveConditions({ filters: [parseFilter('event:page:never:within:-1d')] }, ms + 1_000);
  const later = resolveConditions({ filters: [parseFilter('event:page:never:within:-0h')] }, ms + 1);

  it.each(['sqlite', 'memory', 'postgres'])('are not known without a log, on %s', async (name) => {
    const folder = temporaryFolder();
    const schema = name === 'postgres' ? await newPostgresSchema() : undefined;
    const path = join(folder.path, 'roster.db');
    const open = async (keepsLog: boolean): Promise<Engine> => {
      if (schema) return openPostgres({ url: schema.url, connections: 2, keepsLog });
      return name === 'sqlite' ? openSqlite(path, {}, { keepsLog }) : openMemory(keepsLog);
    };
    const engine = await open(false);
    await ingestLines(engine, [event({ user_id: '1' }), event({ user_id: '2', name: 'other' })]);
    expect((await engine.search.searchIds({ filters, sort: 'id', order: 'asc' }, 0, 9)).ids).toEqual(['1', '2']);
    expect(await engine.search.logIncompleteSince({ filters })).toBe(ms + 1);
    expect(await engine.search.logIncompleteSince({ filters: later }, true)).toBeUndefined();
    await engine.close();
    await schema?.drop();
    folder.remove();
  });
});
