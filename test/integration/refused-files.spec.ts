import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openMemory } from '../../server/storage/memory/open.js';
import { temporaryFolder } from '../support/engine.js';
import { event } from '../support/messages.js';
import { startRestApp } from '../support/rest-app.js';
import { until } from '../support/until.js';

interface View {
  readonly id: number;
  readonly source: string;
  readonly state: string;
  readonly failure?: string;
}

describe('a file of the data folder that holds no JSON lines', () => {
  const folder = temporaryFolder();
  const table = join(folder.path, 'anna@secret.example.jsonl');
  const engine = { ...openMemory(), close: () => Promise.resolve() };
  afterAll(() => folder.remove());

  /** Starts a server over the same database, waits until the data folder is read, and stops it. */
  const start = async (): Promise<{ ingestions: readonly View[]; log: string }> => {
    const app = await startRestApp(engine, { config: { dataDir: folder.path } });
    try {
      await app.listen();
      await until(async () => (await app.get('/health/ready')).statusCode === 200);
      const { ingestions } = (await app.get('/ingestions')).json<{ ingestions: View[] }>();
      return { ingestions, log: app.log.join('\n') };
    } finally {
      await app.close();
    }
  };

  it('is refused once, until it changes, and does not keep the other files out', async () => {
    writeFileSync(table, 'id;email\n'.repeat(100));
    writeFileSync(join(folder.path, 'good.jsonl'), `${event()}\n`);
    const first = await start();
    expect(first.ingestions).toMatchObject([
      { source: join(folder.path, 'good.jsonl'), state: 'done', events: 1 },
      { id: 1, source: table, state: 'failed', lines: 0, failure: expect.stringContaining('CSV with ";"') as string },
    ]);
    expect(first.log).toContain('Ingestion 1 failed: source_refused');
    expect(first.log).toContain('Ingestion 2 done');
    expect(first.log).not.toContain('secret.example');

    const second = await start();
    expect(second.ingestions).toEqual(first.ingestions);
    expect(second.log).not.toContain('source_refused');

    utimesSync(table, new Date(), new Date(Date.now() + 60_000));
    const third = await start();
    expect(third.ingestions).toMatchObject([{ id: 3, source: table, state: 'failed' }, {}, {}]);
  });
});
