import { anyRequest, Draw, nearlyHttp } from '../support/any-request.js';
import { ENGINES } from '../support/engine.js';
import { rounds } from '../support/fast-check.js';
import { attributes, event, ingestLines } from '../support/messages.js';
import { RawClient } from '../support/raw-client.js';
import { startRestApp, type Answer, type Request, type RestApp } from '../support/rest-app.js';
import { until } from '../support/until.js';

const [[, open]] = ENGINES;
const SEED = 20_260_601;
/** Requests of a run. The variable asks for a longer one. */
const REQUESTS = Number(process.env.ROSTER_FUZZ ?? rounds(1_000));
const RAW_REQUESTS = Math.ceil(REQUESTS / 20);
const PER_ROUND = 250;
const MS_PER_REQUEST = 60;
const UNAVAILABLE = 503;

/** The faults of an answer; none if all is well. */
function objection(method: string, status: number, type: string, body: string): string | undefined {
  if (status >= 500 && status !== UNAVAILABLE) return `${status}: ${body.slice(0, 300)}`;
  if (status < 400 || method === 'HEAD') return undefined;
  if (!type.startsWith('application/json')) return `no JSON but ${type}`;
  const { statusCode, error, code, message } = JSON.parse(body) as Record<string, unknown>;
  const isWhole =
    statusCode === status && [error, code, message].every((member) => typeof member === 'string' && member);
  return isWhole ? undefined : `another shape: ${body.slice(0, 300)}`;
}

describe('requests of every kind', () => {
  let app: RestApp;
  let url: string;
  let routes: string[];
  beforeAll(async () => {
    app = await startRestApp(await open(), { config: { logLevel: 'info' } });
    await ingestLines(
      app.engine,
      Array.from({ length: 40 }, (_, at) => [
        attributes({ email: 'a@b.example', plan: 'pro' }, { user_id: String(at) }),
        event({ user_id: String(at) }),
      ]).flat(),
    );
    url = await app.listen();
    routes = [...new Set([...app.routes].map((route) => route.split(' ')[1]))].filter(
      (route) => !route.endsWith('/progress') && route !== '/live',
    );
    expect(routes.length).toBeGreaterThan(20);
  });
  afterAll(() => app.close());

  it(
    `get no 500, and every error in the one shape: ${REQUESTS} of seed ${SEED}`,
    async () => {
      const draw = new Draw(SEED);
      const faults: unknown[] = [];
      for (let sent = 0; sent < REQUESTS && faults.length < 20;) {
        const round = Array.from({ length: Math.min(PER_ROUND, REQUESTS - sent) }, () => anyRequest(draw, routes));
        sent += round.length;
        for (const asked of round) {
          const answer: Answer = await app.inject(asked as Request); // it takes any method
          const { statusCode, headers, body } = answer;
          const fault = objection(asked.method, statusCode, String(headers['content-type']), body);
          if (fault !== undefined) faults.push({ ...asked, fault });
        }
      }
      expect(faults).toEqual([]);
      expect((await app.get('/health/live')).statusCode).toBe(200);
    },
    60_000 + REQUESTS * MS_PER_REQUEST,
  );

  it(
    'and bytes that are nearly requests do not bring the server down',
    async () => {
      const draw = new Draw(SEED + 1);
      const faults: unknown[] = [];
      for (let sent = 0; sent < RAW_REQUESTS; sent++) {
        const bytes = nearlyHttp(draw, anyRequest(draw, routes));
        const client = await RawClient.connect(url);
        client.send(bytes).socket.end();
        const [head, ...rest] = (await client.end()).split('\r\n\r\n');
        if (head === '') continue;
        const status = Number(head.split(' ')[1]);
        if (status >= 500 && status !== UNAVAILABLE) faults.push({ bytes, head, rest });
        if (status >= 400 && !/"code":"\w+"/.test(rest.join('')) && !bytes.startsWith('HEAD'))
          faults.push({ bytes, head, rest });
      }
      expect(faults).toEqual([]);
      await until(async () => (await fetch(`${url}/health/live`)).ok);
    },
    60_000 + REQUESTS * MS_PER_REQUEST,
  );
});
