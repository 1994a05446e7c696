import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { Agent, createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';

/** Shares of the requests that change something. */
const LOST = 0.15;
const REFUSED = 0.15;
/** The most faults of one request: clients that repeat three times get an answer. */
const MOST_FAULTS = 2;
const FIRST_ID = /"(?:messageId|id)":"([^"]+)"/;

/** A request that the server got. */
export interface Forwarded {
  readonly path: string;
  /** Inflated. */
  readonly text: string;
  /** True if its client got no answer. */
  readonly isLost: boolean;
}

/**
 * Forwards requests to a server. Some it answers with 503 instead. Of others it cuts the connections once the server has the request, so that
 * the answer is lost before it is written. The seed and the ids in a request decide, so that each run has the same faults.
 */
export class FaultyProxy {
  readonly forwarded: Forwarded[] = [];
  refused = 0;
  private readonly faults = new Map<string, number>();
  private readonly agent = new Agent({ keepAlive: true });
  private readonly server: Server;

  private constructor(
    private readonly target: URL,
    private readonly seed: number,
    private readonly spared: string | undefined,
  ) {
    this.server = createServer((asked, answer) => void this.pass(asked, answer));
  }

  /** @param spared a path whose requests have no faults */
  static async start(target: string, seed: number, spared?: string): Promise<FaultyProxy> {
    const proxy = new FaultyProxy(new URL(target), seed, spared);
    proxy.server.listen(0, '127.0.0.1');
    await once(proxy.server, 'listening');
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The number of requests whose answers were lost. */
  get lost(): number {
    return this.forwarded.filter(({ isLost }) => isLost).length;
  }

  async close(): Promise<void> {
    this.agent.destroy();
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }

  private async pass(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const body = await buffer(asked);
    const { method = '', url: path = '/', headers } = asked;
    const text = (headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString();
    const changes = method !== 'GET' && method !== 'OPTIONS';
    const share =
      changes && path !== this.spared ? this.draw(`${method} ${path} ${FIRST_ID.exec(text)?.[1] ?? text}`) : 1;
    if (share < REFUSED) {
      this.refused++;
      answer.writeHead(503, { 'content-type': 'application/json' }).end('{"meta":{"error":"busy"}}');
      return;
    }
    const isLost = share < REFUSED + LOST;
    if (changes) this.forwarded.push({ path, text, isLost });
    const { hostname, port } = this.target;
    if (isLost) {
      const line = asked.rawHeaders.map((word, at) => word + (at % 2 === 0 ? ': ' : '\r\n')).join('');
      const socket = connect(Number(port), hostname);
      // Before it is connected: the request and the end of the connection arrive together.
      socket.end(Buffer.concat([Buffer.from(`${method} ${path} HTTP/1.1\r\n${line}\r\n`), body]));
      socket.resume().on('close', () => answer.destroy());
      return;
    }
    const sent = request({ hostname, port, method, path, headers, agent: this.agent });
    sent.on('error', () => answer.destroy());
    sent.on('response', (got) => {
      answer.writeHead(got.statusCode ?? 0, got.rawHeaders);
      got.pipe(answer);
    });
    sent.end(body);
  }

  /** @param call is the same for each repeat of a request. @returns a number from 0 to 1, from which on there is no fault */
  private draw(call: string): number {
    const faults = this.faults.get(call) ?? 0;
    if (faults === MOST_FAULTS) return 1;
    const drawn = createHash('sha256').update(`${this.seed} ${faults} ${call}`).digest().readUInt32BE() / 2 ** 32;
    // A like call that comes later has faults of its own.
    this.faults.set(call, drawn < LOST + REFUSED ? faults + 1 : 0);
    return drawn;
  }
}
