import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openFile } from '../../server/ingestion/sources/source.js';
import { ENGINES, temporaryFolder } from '../support/engine.js';
import { event } from '../support/messages.js';
import { startRestApp } from '../support/rest-app.js';
import { until } from '../support/until.js';

describe.each(ENGINES)('health on %s', (_name, open) => {
  it('is not ready while the files of the start are being ingested, answers meanwhile, and is ready after', async () => {
    const folder = temporaryFolder();
    const text = `${event()}\n`;
    writeFileSync(join(folder.path, 'messages.jsonl'), text);
    const engine = await open();
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const claim = engine.ingestions.claim.bind(engine.ingestions);
    jest.spyOn(engine.ingestions, 'claim').mockImplementation(async (source) => {
      await held;
      return claim(source);
    });
    const app = await startRestApp(engine, { config: { dataDir: folder.path } });
    try {
      const path = join(folder.path, 'messages.jsonl');
      await until(async () => (await app.get('/health/ready')).body.includes('"current"'));
      const answer = await app.get('/health/ready');
      expect(answer.statusCode).toBe(503);
      expect(answer.json()).toEqual({
        status: 'ingesting',
        progress: { files: 1, files_done: 0, bytes: 0, bytes_total: text.length, current: path },
      });
      expect((await app.get('/health/live')).json()).toEqual({ status: 'live' });
      expect((await app.get('/customers')).json()).toMatchObject({ meta: { total: 0 } });
      release();
      await until(async () => (await app.get('/health/ready')).statusCode === 200);
      expect((await app.get('/health/ready')).json()).toEqual({
        status: 'ready',
        progress: { files: 1, files_done: 1, bytes: text.length, bytes_total: text.length },
      });
      expect((await app.get('/customers')).json()).toMatchObject({ meta: { total: 1 } });
    } finally {
      await app.close();
      folder.remove();
    }
  });

  it('is ready while another process reads a file, which is taken over when that one has gone', async () => {
    const folder = temporaryFolder();
    const path = join(folder.path, 'messages.jsonl');
    writeFileSync(path, `${event()}\n`);
    const engine = await open();
    const { id } = await engine.ingestions.begin(await openFile(path));
    const app = await startRestApp(engine, { config: { dataDir: folder.path } });
    try {
      await until(async () => (await app.get('/health/ready')).statusCode === 200);
      expect((await app.get('/customers')).json()).toMatchObject({ meta: { total: 0 } });
      await engine.ingestions.finish(id, { state: 'interrupted' });
      await until(
        async () =>
          (await app.get(`/ingestions/${id}`)).json<{ ingestion: { state: string } }>().ingestion.state === 'done',
      );
      expect((await app.get('/customers')).json()).toMatchObject({ meta: { total: 1 } });
    } finally {
      await app.close();
      folder.remove();
    }
  });
});
