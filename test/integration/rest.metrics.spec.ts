import { ENGINES } from '../support/engine.js';
import { event, ingestLines } from '../support/messages.js';
import { startRestApp, type RestApp } from '../support/rest-app.js';
import { until } from '../support/until.js';

describe.each(ENGINES)('observing a server on %s', (name, open) => {
  let app: RestApp;
  let duringMerge: () => Promise<unknown>;

  beforeEach(async () => {
    duringMerge = async () => undefined;
    const engine = await open();
    const apply = engine.customers.apply.bind(engine.customers);
    engine.customers.apply = async (...part) => {
      await duringMerge();
      return apply(...part);
    };
    app = await startRestApp(engine);
  });
  afterEach(() => app.close());

  /** Uploads lines, and waits until they are ingested. */
  async function upload(lines: readonly string[]): Promise<void> {
    const answer = await app.post('/ingestions', lines.join('\n'), { 'content-type': 'application/x-ndjson' });
    expect(answer.statusCode).toBe(202);
    await until(async () => (await app.engine.ingestions.list(1)).every(({ state }) => state === 'done'));
  }

  it('/metrics tells of a part that is being merged', async () => {
    const pending = async (): Promise<string | undefined> =>
      /^roster_ingestion_flushes_pending (.*)$/m.exec((await app.get('/metrics')).body)?.[1];
    const seen: unknown[] = [];
    duringMerge = async () => seen.push(await pending());
    await upload([event()]);
    expect([...seen, await pending()]).toEqual(['1', '0']);
  });

  it('/metrics counts requests by route and lines by result', async () => {
    await upload([event({ id: 'once', user_id: 'a@b' }), event({ id: 'once', user_id: 'a@b' }), 'no json']);
    await app.get('/customers/a@b');
    await app.get('/customers/nobody@b');
    const answer = await app.get('/metrics');
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
    const lines = answer.body.split('\n');
    const valueOf = (sample: string): string | undefined =>
      lines.find((line) => line.startsWith(`${sample} `))?.slice(sample.length + 1);
    expect(valueOf('roster_http_request_seconds_count{method="GET",route="/customers/:id",status="200"}')).toBe('1');
    expect(valueOf('roster_http_request_seconds_count{method="GET",route="/customers/:id",status="404"}')).toBe('1');
    expect(valueOf('roster_ingestion_lines_total{result="events"}')).toBe('1');
    expect(valueOf('roster_ingestion_lines_total{result="duplicates"}')).toBe('1');
    expect(valueOf('roster_ingestion_lines_total{result="invalid_json"}')).toBe('1');
    expect(valueOf('roster_ingestion_flush_seconds_count')).toBe('1');
    expect(valueOf('roster_ingestion_flushes_pending')).toBe('0');
    expect(valueOf('roster_database_connections{state="waiting"}')).toBe(name === 'postgres' ? '0' : undefined);
    expect(answer.body).not.toContain('@b');
  });

  it('/metrics tells where customers and pages came from', async () => {
    await ingestLines(app.engine, [event()]);
    for (const path of ['/customers/1', '/customers/1', '/customers/nobody', '/customers', '/customers'])
      await app.get(path);
    const { body } = await app.get('/metrics');
    const readsOf = (what: string): (string | undefined)[] =>
      ['cache', 'database'].map(
        (from) => new RegExp(`^roster_reads_total\\{what="${what}",from="${from}"\\} (.*)$`, 'm').exec(body)?.[1],
      );
    const expected = name === 'sqlite' ? ['1', '1'] : ['0', '2'];
    expect([readsOf('customer'), readsOf('page')]).toEqual([expected, expected]);
  });

  it('gives every answer an id, that of the proxy where it is safe to log', async () => {
    const idOf = async (id?: string): Promise<unknown> =>
      (await app.get('/customers/1', id === undefined ? {} : { 'x-request-id': id })).headers['x-request-id'];
    expect(await idOf('proxy-1.2:3')).toBe('proxy-1.2:3');
    const [first, second, unsafe] = [await idOf(), await idOf(), await idOf('{"level":"error"}')];
    expect(new Set([first, second, unsafe]).size).toBe(3);
    for (const id of [first, second, unsafe]) expect(id).toMatch(/^[0-9a-f-]{36}$/);
  });
});
