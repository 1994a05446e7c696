import { parseConfig } from '../../server/config/config.js';
import type { Ingestion } from '../../server/domain/ingestion/ingestion.js';
import { IngestionService } from '../../server/ingestion/ingestion.service.js';
import { openMemory } from '../../server/storage/memory/open.js';
import { ingestorOf } from '../support/messages.js';

const WATCHERS = 50;
const SOURCE = { name: 'upload', path: undefined, size: undefined, fingerprint: undefined };

describe('the watchers of an ingestion', () => {
  it('share each look at it, and all see its end', async () => {
    const engine = openMemory();
    const { id } = await engine.ingestions.begin(SOURCE);
    const find = jest.spyOn(engine.ingestions, 'find');
    const service = new IngestionService(parseConfig({}), engine.ingestions, ingestorOf(engine));
    const { signal } = new AbortController();
    const watches = Array.from({ length: WATCHERS }, () => service.watch(id, signal));
    const statesOfAll = async (): Promise<(Ingestion['state'] | undefined)[]> => {
      const seen = await Promise.all(watches.map((watch) => watch.next()));
      return seen.map(({ value }) => (value as Ingestion | undefined)?.state);
    };

    expect(new Set(await statesOfAll())).toEqual(new Set(['running']));
    expect(find).toHaveBeenCalledTimes(1);
    await engine.ingestions.finish(id, { state: 'done' });
    expect(new Set(await statesOfAll())).toEqual(new Set(['done']));
    expect(find).toHaveBeenCalledTimes(2);
    expect(new Set(await statesOfAll())).toEqual(new Set([undefined]));
    await engine.close();
  });

  it('learn that there is no such ingestion, each time they ask', async () => {
    const engine = openMemory();
    const service = new IngestionService(parseConfig({}), engine.ingestions, ingestorOf(engine));
    const { signal } = new AbortController();
    for (let attempt = 0; attempt < 2; attempt++) {
      await expect(service.watch(7, signal).next()).rejects.toMatchObject({ code: 'ingestion_not_found' });
    }
    const { id } = await engine.ingestions.begin(SOURCE);
    expect((await service.watch(id, signal).next()).value).toMatchObject({ id, state: 'running' });
    await engine.close();
  });
});
