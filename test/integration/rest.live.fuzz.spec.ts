import { gzipSync } from 'node:zlib';
import { Draw } from '../support/any-request.js';
import { ENGINES } from '../support/engine.js';
import { startRestApp, type Answer, type RestApp } from '../support/rest-app.js';

const SEED = 20_261_129;
/** Requests of a run. The variable asks for a longer one. */
const REQUESTS = Number(process.env.ROSTER_FUZZ ?? 200);
/** Requests at the same time. */
const PER_ROUND = 20;
const MS_PER_REQUEST = 100;
const MOST_ITEMS = 12;
const START = 1_700_000_000;

/** A call before it is written in a format. Its attributes have a time that no other call has, so that no order matters. */
type Call =
  | { readonly kind: 'event'; readonly id: string; readonly user: string; readonly name: string }
  | {
      readonly kind: 'attributes';
      readonly id: string;
      readonly user: string;
      readonly time: number;
      readonly data: Readonly<Record<string, string | number | null>>;
    }
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'wrong' };

type Format = 'ours' | 'lines' | 'segment' | 'customerio';

/** A customer of the model. */
class Folded {
  readonly values = new Map<string, { readonly value: unknown; readonly time: number }>();
  readonly events: Record<string, number> = {};
}

/** The customers, folded one call after another. */
class Model {
  private readonly applied = new Set<string>();
  private readonly customers = new Map<
    string,
    { values: Map<string, { value: unknown; time: number }>; events: Record<string, number> }
  >();

  apply(call: Call): void {
    if (call.kind !== 'event' && call.kind !== 'attributes') return;
    const known = this.customers.get(call.user) ?? new Folded();
    this.customers.set(call.user, known);
    const identity = `${call.user} ${call.kind} ${call.id}`;
    if (this.applied.has(identity)) return;
    this.applied.add(identity);
    if (call.kind === 'event') known.events[call.name] = ((known.events[call.name] as number | undefined) ?? 0) + 1;
    else {
      for (const [name, value] of Object.entries(call.data)) {
        if ((known.values.get(name)?.time ?? 0) < call.time) known.values.set(name, { value, time: call.time });
      }
    }
  }

  get accepted(): number {
    return this.applied.size;
  }

  /** The customers by their ids, as far as the model knows them. */
  get records(): ReadonlyMap<string, unknown> {
    return new Map(
      [...this.customers].map(([id, { values, events }]) => {
        const there = [...values].filter(([, { value }]) => value !== null && value !== '');
        return [id, { attributes: Object.fromEntries(there.map(([name, { value }]) => [name, value])), events }];
      }),
    );
  }
}

const NAMES = ['bought', 'Order Completed', 'é', '__proto__x'];
const USERS = ['1', '2', '007', 'é', 'a b/c'];
const WRONG: Readonly<Record<Exclude<Format, 'lines'>, readonly unknown[]>> = {
  ours: [
    7,
    null,
    [],
    {},
    { type: 'event', user_id: '1' },
    { type: 'event', name: 'x', user_id: '1', timestamp: 'soon' },
    { type: 'event', name: 'x', user_id: {} },
    { type: 'attributes', user_id: '1', data: { '': 1 } },
  ],
  segment: [
    7,
    null,
    [],
    {},
    { type: 'track', userId: '1' },
    { type: 'identify', userId: '1', traits: 7 },
    { type: 'track', event: 'x', userId: '1', timestamp: 'soon' },
  ],
  customerio: [
    7,
    null,
    [],
    {},
    { type: 'person', action: 'event', identifiers: { id: '1' } },
    { type: 'person', action: 'nothing' },
    { type: 'person', action: 'identify', identifiers: {} },
  ],
};

/** Draws requests, the same ones for the same seed. */
class Requests {
  private calls = 0;
  private readonly sent: Call[] = [];

  constructor(private readonly draw: Draw) {}

  call(): Call {
    const { draw } = this;
    // Every fourth call repeats an earlier one.
    if (this.sent.length > 0 && draw.below(4) === 0) return draw.one(this.sent);
    const call = this.newCall();
    this.sent.push(call);
    return call;
  }

  private newCall(): Call {
    const { draw } = this;
    const n = this.calls++;
    const user = draw.one(USERS);
    switch (draw.below(6)) {
      case 0:
        return { kind: 'anonymous' };
      case 1:
        return { kind: 'wrong' };
      case 2:
      case 3: {
        const data = { [draw.one(['a', 'b', 'c'])]: draw.one(['x', '', 0, 1.5, null]), d: n };
        return { kind: 'attributes', id: `a${n}`, user, time: START + draw.below(1_000) * 10_000 + n, data };
      }
      default:
        return { kind: 'event', id: `e${n}`, user, name: draw.one(NAMES) };
    }
  }

  itemOf(call: Call, format: Format): unknown {
    const wrong = (of: Exclude<Format, 'lines'>): unknown => this.draw.one(WRONG[of]);
    switch (format) {
      case 'ours':
      case 'lines':
        if (call.kind === 'wrong') return wrong('ours');
        if (call.kind === 'anonymous') return { type: 'event', name: 'x', id: 'x' };
        if (call.kind === 'event')
          return { type: 'event', id: call.id, name: call.name, user_id: call.user, timestamp: START };
        return { type: 'attributes', id: call.id, user_id: call.user, timestamp: call.time, data: call.data };
      case 'segment':
        if (call.kind === 'wrong') return wrong('segment');
        if (call.kind === 'anonymous') return { type: 'track', event: 'x', anonymousId: 'x' };
        if (call.kind === 'event') return { type: 'track', messageId: call.id, event: call.name, userId: call.user };
        return {
          type: 'identify',
          messageId: call.id,
          userId: call.user,
          timestamp: new Date(call.time * 1_000),
          traits: call.data,
        };
      case 'customerio': {
        if (call.kind === 'wrong') return wrong('customerio');
        const person = { type: 'person', action: 'event' };
        if (call.kind === 'anonymous') return { ...person, name: 'x', identifiers: { anonymous_id: 'x' } };
        const identifiers = { id: call.user };
        if (call.kind === 'event') return { ...person, id: call.id, name: call.name, identifiers };
        return { ...person, action: 'identify', id: call.id, identifiers, timestamp: call.time, attributes: call.data };
      }
    }
  }
}

const PATHS: Readonly<Record<Format, string>> = {
  ours: '/messages',
  lines: '/messages',
  segment: '/v1/batch',
  customerio: '/api/v2/batch',
};

describe.each(ENGINES)('live requests of every kind over %s', (_name, open) => {
  let app: RestApp;
  beforeEach(async () => {
    app = await startRestApp(await open(), { config: { logLevel: 'info' } });
  });
  afterEach(() => app.close());

  const send = (url: string, body: string | Buffer, zips: boolean): Promise<Answer> =>
    app.inject({ method: 'POST', url, payload: zips ? gzipSync(body) : body });
  const week = async (): Promise<Record<string, number>> =>
    (await app.get('/sources/1')).json<{ source: { week: Record<string, number> } }>().source.week;

  it(
    `make the customers of a plain model: ${REQUESTS} of seed ${SEED}`,
    async () => {
      const draw = new Draw(SEED);
      const requests = new Requests(draw);
      const model = new Model();
      const sums = { calls: 0, anonymous: 0, wrong: 0 };
      for (let sent = 0; sent < REQUESTS; sent += PER_ROUND) {
        const round = Array.from({ length: PER_ROUND }, () => {
          const format = draw.one<Format>(['ours', 'lines', 'segment', 'customerio']);
          const calls = Array.from({ length: 2 + draw.below(MOST_ITEMS) }, () => requests.call());
          for (const call of calls) {
            model.apply(call);
            sums.calls++;
            if (call.kind === 'anonymous') sums.anonymous++;
            if (call.kind === 'wrong') sums.wrong++;
          }
          const items = calls.map((call) => requests.itemOf(call, format));
          const lines = `${JSON.stringify({ type: 'event', name: 'x', id: 'x' })}\n${items.map((item) => JSON.stringify(item)).join('\n')}`;
          if (format === 'lines') {
            sums.calls++;
            sums.anonymous++;
          }
          const body = format === 'lines' ? lines : JSON.stringify(format === 'ours' ? items : { batch: items });
          return {
            url: PATHS[format],
            body,
            zips: draw.below(3) === 0,
            count: items.length + Number(format === 'lines'),
          };
        });
        const answers = await Promise.all(round.map(({ url, body, zips }) => send(url, body, zips)));
        answers.forEach((answer, at) => {
          const { url, count } = round[at];
          if (url !== '/messages') {
            // Where all calls are wrong, Customer.io says 400.
            expect([url, [200, 207, 400].includes(answer.statusCode)]).toEqual([url, true]);
            return;
          }
          expect(answer.statusCode).toBe(200);
          const { accepted, duplicates, stale, anonymous, rejected } = answer.json<
            Record<string, number> & { rejected: object[] }
          >();
          expect(accepted + duplicates + stale + anonymous + rejected.length).toBe(count);
        });
      }
      const { customers } = (await app.get('/customers?per_page=10000')).json<{
        customers: { id: string | number; attributes: object; events: object }[];
      }>();
      expect(new Map(customers.map(({ id, attributes, events }) => [String(id), { attributes, events }]))).toEqual(
        model.records,
      );
      const { accepted, duplicates, ...others } = await week();
      expect(others).toEqual({ stale: 0, anonymous: sums.anonymous, ignored: 0, rejected: sums.wrong });
      expect([accepted, accepted + duplicates + sums.anonymous + sums.wrong]).toEqual([model.accepted, sums.calls]);
    },
    20_000 + REQUESTS * MS_PER_REQUEST,
  );

  it(
    `that are damaged get no 5xx, and what is said to be accepted is counted: ${REQUESTS} of seed ${SEED}`,
    async () => {
      const draw = new Draw(SEED);
      const requests = new Requests(draw);
      const faults: unknown[] = [];
      let said = 0;
      for (let sent = 0; sent < REQUESTS && faults.length < 10; sent++) {
        const format = draw.one<Format>(['ours', 'ours', 'segment', 'customerio']);
        const items = Array.from({ length: 1 + draw.below(3) }, () => requests.itemOf(requests.call(), format));
        const bytes = Buffer.from(JSON.stringify(format === 'ours' ? items : { batch: items }));
        const whole = draw.below(4) === 0 ? gzipSync(bytes) : bytes;
        const damaged = damage(whole, draw);
        const path =
          draw.below(3) === 0
            ? draw.one([
                '/v1/identify',
                '/v1/t',
                '/v1/a',
                '/api/v1/customers/1/events',
                '/api/v2/entity',
                '/api/v1/merge_customers',
                '/api/v1/forms/1/submit',
              ])
            : PATHS[format];
        const answer = await send(path, damaged, false);
        const { statusCode, body } = answer;
        if (statusCode >= 500 || !String(answer.headers['content-type']).startsWith('application/json'))
          faults.push([path, damaged.toString('latin1'), statusCode, body]);
        if (path === '/messages') said += answer.json<{ accepted?: number }>().accepted ?? 0;
      }
      expect(faults).toEqual([]);
      const { accepted } = await week();
      expect(accepted).toBeGreaterThanOrEqual(said);
      expect(app.log.filter((line) => line.includes('Request'))).toEqual([]);
    },
    20_000 + REQUESTS * MS_PER_REQUEST,
  );
});

/** Changes, removes or repeats some bytes. */
function damage(bytes: Buffer, draw: Draw): Buffer {
  let damaged = Buffer.from(bytes);
  for (let times = 1 + draw.below(3); times > 0 && damaged.length > 0; times--) {
    const at = draw.below(damaged.length);
    switch (draw.below(4)) {
      case 0:
        damaged[at] = draw.below(256);
        break;
      case 1:
        damaged = damaged.subarray(0, at);
        break;
      case 2:
        damaged = Buffer.concat([damaged.subarray(0, at), damaged.subarray(at + 1 + draw.below(4))]);
        break;
      default:
        damaged = Buffer.concat([
          damaged.subarray(0, at),
          Buffer.from(draw.one(['{', '[', '"', '\\u0000', '9'.repeat(500), ',', 'null', '1e400', '__proto__'])),
          damaged.subarray(at),
        ]);
    }
  }
  return damaged;
}
