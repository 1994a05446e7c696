import { once } from 'node:events';
import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { gzipSync } from 'node:zlib';
import { LIMITS } from '../../server/domain/limits.js';
import { ENGINES, itOnce } from '../support/engine.js';
import { attributes, event } from '../support/messages.js';
import { refusal } from '../support/refusal.js';
import { startRestApp, type Answer, type RestApp } from '../support/rest-app.js';
import { until } from '../support/until.js';

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const LINES = [
  event({ id: 'e1' }),
  attributes({ plan: 'gold' }),
  '',
  'no json',
  event({ user_id: null }),
  event({ id: 'e1' }),
];
const BODY = Buffer.from(LINES.join('\n'));
const COUNTS = {
  bytes: BODY.length,
  lines: 6,
  blank: 1,
  events: 1,
  attributes: 1,
  duplicates: 1,
  anonymous: 1,
  stale: 0,
  rejected: { invalid_json: 1 },
  customers: 1,
};
const NOTHING = {
  bytes: 0,
  lines: 0,
  blank: 0,
  events: 0,
  attributes: 0,
  duplicates: 0,
  anonymous: 0,
  stale: 0,
  rejected: {},
  customers: 0,
};

interface View {
  id: number;
  state: string;
  failure?: string;
}

describe.each(ENGINES)('/ingestions on %s', (engine, open) => {
  const single = itOnce(engine);
  let app: RestApp;
  beforeEach(async () => {
    app = await startRestApp(await open());
  });
  afterEach(() => app.close());

  const upload = (
    payload: Buffer | string,
    headers: Record<string, string> = {},
    url = '/ingestions',
  ): Promise<Answer> => app.inject({ method: 'POST', url, headers, payload });
  /** Waits for the end, as the stream of its events tells it. */
  const ended = async (id: number): Promise<View> => {
    const stream = await app.get(`/ingestions/${id}/progress`);
    expect(stream.headers['content-type']).toBe('text/event-stream');
    const [, data] = /event: end\ndata: (.*)\n\n$/.exec(stream.body) ?? [];
    return (JSON.parse(data) as { ingestion: View }).ingestion;
  };

  const types: readonly [string, Buffer, Record<string, string>][] = [
    ['JSON lines', BODY, { 'content-type': 'application/x-ndjson' }],
    ['JSON lines that say that they are JSON', BODY, { 'content-type': 'application/json' }],
    ['what curl calls a form', BODY, { 'content-type': 'application/x-www-form-urlencoded' }],
    ['what has no type', BODY, {}],
    ['gzip', gzipSync(BODY), { 'content-type': 'application/gzip' }],
    ['gzip as an encoding', gzipSync(BODY), { 'content-type': 'application/x-ndjson', 'content-encoding': 'gzip' }],
  ];
  // What a body is called is no matter of engines.
  it.each(engine === 'memory' ? types : types.slice(0, 1))('take %s', async (_what, body, headers) => {
    const answer = await upload(body, headers);
    const { ingestion } = answer.json<{ ingestion: View }>();
    expect([answer.statusCode, ingestion.id]).toEqual([202, 1]);
    const times = {
      kind: 'file',
      started_at: expect.stringMatching(ISO) as string,
      finished_at: expect.stringMatching(ISO) as string,
    };
    const done = { id: 1, source: 'upload', state: 'done', ...times, ...COUNTS, seconds: expect.any(Number) as number };
    expect(await ended(1)).toEqual(done);
    expect((await app.get('/ingestions/1')).json()).toEqual({ ingestion: done });
    expect((await app.get('/ingestions')).json()).toEqual({ ingestions: [done] });
    expect((await app.get('/customers/1')).json()).toMatchObject({
      customer: { attributes: { plan: 'gold' }, events: { page: 1 } },
    });
  });

  single.each(['', ' \n'])('take an empty body: %j', async (body) => {
    expect((await upload(body)).statusCode).toBe(202);
    const lines = body === '' ? 0 : 1;
    expect(await ended(1)).toMatchObject({ ...NOTHING, state: 'done', bytes: body.length, lines, blank: lines });
  });

  single.each(['br', 'deflate', 'zstd', 'gzip, BR'])('refuse a body in %s, and begin nothing', async (encoding) => {
    const answer = await upload(gzipSync(BODY), { 'content-encoding': encoding });
    const message = `A body in content-encoding ${encoding} is not taken. Send it plain or as gzip.`;
    expect([answer.statusCode, answer.json()]).toEqual([415, refusal(415, 'unsupported_media_type', message)]);
    expect((await app.get('/ingestions')).json()).toEqual({ ingestions: [] });
  });

  it('are listed newest first, under their names', async () => {
    for (const name of ['one', 'two', 'three']) await upload(BODY, {}, `/ingestions?name=${name}`);
    await ended(3);
    const { ingestions } = (await app.get('/ingestions')).json<{ ingestions: { source: string }[] }>();
    expect(ingestions.map((ingestion) => ingestion.source)).toEqual(['three', 'two', 'one']);
  });

  it('say why they failed, and keep what was whole', async () => {
    const zipped = gzipSync(BODY);
    await upload(zipped.subarray(0, zipped.length - 9));
    expect(await ended(1)).toMatchObject({
      state: 'failed',
      failure: expect.stringMatching(/^upload .*(truncated gzip file|unexpected end of file)\.$/) as string,
    });
    await upload(Buffer.concat([zipped.subarray(0, 20), Buffer.from('rubbish'), zipped.subarray(27)]));
    expect(await ended(2)).toMatchObject({
      state: 'failed',
      failure: expect.stringMatching(/^upload .+\.$/) as string,
    });
  });

  const unknown = ['9', '0', '-1', 'x', '1.0', '9'.repeat(30)];
  it('answer 404 to an unknown id', async () => {
    for (const id of unknown)
      for (const path of ['', '/rejects', '/progress']) {
        const answer = await app.get(`/ingestions/${id}${path}`);
        expect([answer.statusCode, answer.json()]).toEqual([
          404,
          refusal(404, 'ingestion_not_found', `There is no ingestion with the id "${id}".`),
        ]);
      }
  });

  it('hand out their rejects as JSON lines, however many', async () => {
    const bad = Array.from({ length: 3_000 }, (_, i) => `bad ${i}`);
    const good = event();
    await upload([good, ...bad].join('\n'));
    await ended(1);
    const answer = await app.get('/ingestions/1/rejects');
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'application/x-ndjson; charset=utf-8']);
    const rejects = answer.body
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as { text: string; line: number });
    expect(rejects.map((reject) => reject.text)).toEqual(bad);
    const hint = 'At character 1 stands "bad" instead of a value.';
    expect(rejects[0]).toEqual({ line: 2, offset: good.length + 1, reason: 'invalid_json', hint, text: 'bad 0' });
  });

  it('hand out their rejected lines byte by byte, to be mended and ingested again', async () => {
    const name = (latin1: string) =>
      Buffer.from(`{"id":"n","type":"event","name":"${latin1}","user_id":"1","timestamp":1}`, 'latin1');
    const returns = Buffer.from('returns\r\r');
    const lines = [name('caf\xe9'), Buffer.from(event({ id: 'e2' }).slice(0, -1)), Buffer.alloc(65_537, 'x'), returns];
    await upload(Buffer.concat([BODY, ...lines.flatMap((line) => [Buffer.from('\r\n'), line]), Buffer.from('\r\n')]));
    await ended(1);
    const answer = await app.get('/ingestions/1/rejects?format=lines');
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'application/x-ndjson']);
    const cut = Buffer.concat([
      lines[2].subarray(1),
      Buffer.from(' [cut off here: the rest of this line was not kept]'),
    ]);
    const [first, ...others] = [Buffer.from('no json'), lines[0], lines[1], cut, Buffer.from('returns\r\r\r')];
    expect(answer.rawPayload).toEqual(Buffer.concat([first, ...others].flatMap((line) => [line, Buffer.from('\n')])));
    // The lines come back as they were, also after another round.
    await upload(answer.rawPayload);
    expect(await ended(2)).toMatchObject({ lines: 5, rejected: { invalid_utf8: 1, invalid_json: 4 } });
    expect((await app.get('/ingestions/2/rejects?format=lines')).rawPayload).toEqual(answer.rawPayload);

    const mended = answer.rawPayload
      .toString('latin1')
      .replace('no json', event({ id: 'e3' }))
      .replace('caf\xe9', 'coffee')
      .replace(/(?<="e2".*)$/m, '}');
    await upload(Buffer.from(mended));
    expect(await ended(3)).toMatchObject({ lines: 5, events: 3, rejected: { invalid_json: 2 } });
    // All of it once more, as a person does who mends the file itself.
    await upload(Buffer.concat([BODY, Buffer.from(`\n${mended}`)]));
    expect(await ended(4)).toMatchObject({ events: 0, attributes: 0, duplicates: 6 });
  });

  single('refuse an unknown format of their rejects', async () => {
    await upload(event());
    const message = 'format must be json or lines.';
    for (const query of ['format=csv', 'format=', 'format=json&format=lines']) {
      const answer = await app.get(`/ingestions/1/rejects?${query}`);
      const body = { ...refusal(400, 'invalid_request', message), details: [{ field: 'format', message }] };
      expect([answer.statusCode, answer.json()]).toEqual([400, body]);
    }
  });

  single.each<[string, Buffer, string]>([
    ['CSV', Buffer.from('id,email\n1,a@b.c\n'.repeat(10)), 'CSV with "," between its columns'],
    ['gzip of CSV', gzipSync('id\temail\n'.repeat(20)), 'CSV with tabs between its columns'],
    ['UTF-16', Buffer.from(`\uFEFF${event()}\n`, 'utf16le'), 'UTF-16 text'],
  ])('refuse a body of %s as a whole', async (_what, body, kind) => {
    const answer = await upload(body);
    expect(answer.statusCode).toBe(202);
    const view = await ended(1);
    expect(view).toMatchObject({ ...NOTHING, state: 'failed' });
    expect(view.failure).toContain(`upload was not taken: it seems to be ${kind}. `);
    expect((await app.get('/ingestions/1/rejects')).body).toBe('');
    expect((await app.get('/customers')).json()).toMatchObject({ meta: { total: 0 } });
  });

  // The limit is that of the parser.
  single('say how many rejects are counted only', async () => {
    const line = 'x'.repeat(LIMITS.rejectedLineBytes);
    await upload([event(), ...Array.from({ length: 1_100 }, () => line)].join('\n'));
    const view = (await ended(1)) as View & { rejects_not_kept: number };
    expect(view).toMatchObject({ state: 'done', events: 1, rejected: { invalid_json: 1_100 } });
    expect(view.rejects_not_kept).toBeGreaterThan(75);
    const { body } = await app.get('/ingestions/1/rejects?format=lines');
    expect(body.length).toBe((1_100 - view.rejects_not_kept) * (line.length + 1));
    expect(body.length).toBeLessThanOrEqual(LIMITS.rejectBytes);
  });

  describe('have names that', () => {
    single.each([
      ['a', 'a'],
      ['x'.repeat(255), 'x'.repeat(255)],
      ['%C3%A9'.repeat(127), 'é'.repeat(127)],
      ['../../a%20b%22', '../../a b"'],
      ['', 'upload'],
    ])('may be %.20s', async (query, name) => {
      const answer = await upload(event(), {}, `/ingestions?name=${query}`);
      expect([answer.statusCode, answer.json()]).toMatchObject([202, { ingestion: { source: name } }]);
    });

    single.each([
      ['name=a&name=b', 'name is given more than once.'],
      [`name=${'x'.repeat(256)}`, 'name has 256 bytes. At most 255 are taken.'],
      [`name=${'%C3%A9'.repeat(128)}`, 'name has 256 bytes. At most 255 are taken.'],
      ['name=%00abc', 'name holds a control character.'],
      ['name=a%0Ab', 'name holds a control character.'],
      ['name=a%7Fb', 'name holds a control character.'],
      ['name=a%C2%85b', 'name holds a control character.'],
      ['name=a%E2%80%AEb', 'name holds a control character.'],
      ['name=a%E2%81%A6b', 'name holds a control character.'],
      ['name=a%E2%80%A8b', 'name holds a control character.'],
      ['name=a%E2%80%A9b', 'name holds a control character.'],
    ])('are a 400 as ?%.20s', async (query, message) => {
      const answer = await upload(event(), {}, `/ingestions?${query}`);
      const body = { ...refusal(400, 'invalid_request', message), details: [{ field: 'name', message }] };
      expect([answer.statusCode, answer.json()]).toEqual([400, body]);
      expect((await app.get('/ingestions')).json()).toEqual({ ingestions: [] });
    });

    it('no log holds, whatever happens to the body', async () => {
      const url = '/ingestions?name=anna%40secret.example';
      const zipped = gzipSync(BODY);
      for (const body of [BODY, zipped.subarray(0, zipped.length - 9), Buffer.from('a;b\n'.repeat(20))])
        await upload(body, {}, url);
      for (const id of [1, 2, 3]) await ended(id);
      const log = app.log.join('\n');
      expect(log).toContain('ingestion 2 failed: source_unreadable');
      expect(log).toContain('ingestion 3 failed: source_refused');
      expect(log).not.toContain('secret.example');
    });
  });

  it('have no rejects where every line was taken', async () => {
    await upload(event());
    await ended(1);
    expect((await app.get('/ingestions/1/rejects')).body).toBe('');
  });

  describe('over a socket', () => {
    let origin: string;
    const start = async (): Promise<ClientRequest> => {
      origin = await app.listen();
      const sent = request(`${origin}/ingestions`, { method: 'POST', agent: false });
      sent.on('error', () => undefined);
      await new Promise<void>((resolve) => sent.write(`${event()}\n`, () => resolve()));
      return sent;
    };

    it('of a client that goes away fail, and the server goes on', async () => {
      const sent = await start();
      // More than sockets hold: when all of it is on its way, the server has read the line before it.
      const blank = `${' '.repeat(LIMITS.lineBytes)}\n`.repeat(12);
      await new Promise<void>((resolve) => sent.write(blank, () => resolve()));
      sent.destroy();
      expect(await ended(1)).toMatchObject({ state: 'failed', failure: expect.stringContaining('upload') as string });
      expect((await app.get('/customers/1')).json()).toMatchObject({ customer: { events: { page: 1 } } });
      expect((await app.get('/health/live')).statusCode).toBe(200);
    });

    it('are watched while they run, until the watcher leaves', async () => {
      const sent = await start();
      const answered = once(sent, 'response') as Promise<[IncomingMessage]>;
      await until(async () => (await app.get('/ingestions/1')).statusCode === 200);
      const watcher = request(`${origin}/ingestions/1/progress`, { agent: false }).end();
      const [stream] = (await once(watcher, 'response')) as [IncomingMessage];
      const [chunk] = (await once(stream, 'data')) as [Buffer];
      expect(chunk.toString()).toMatch(/^event: progress\ndata: {"ingestion":{"id":1,.*"state":"running"/);
      watcher.destroy();
      sent.end(event());
      const [answer] = await answered;
      answer.resume();
      expect(answer.statusCode).toBe(202);
      expect(await ended(1)).toMatchObject({ state: 'done', events: 2 });
    });
  });
});
