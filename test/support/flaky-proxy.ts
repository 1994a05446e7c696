import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** Forwards connections to PostgreSQL, and cuts or holds them at a statement that a test names. */
export class FlakyProxy {
  private readonly pairs = new Set<readonly [client: Socket, server: Socket]>();
  private cut: { readonly text: string; readonly when: 'before' | 'after' } | undefined;
  private stall: { readonly text: string; readonly reached: () => void } | undefined;
  /** The number of connections that were cut. */
  cuts = 0;

  private constructor(
    private readonly server: Server,
    private target: URL,
  ) {}

  static async start(target: string): Promise<FlakyProxy> {
    const server = createServer();
    const proxy = new FlakyProxy(server, new URL(target));
    server.on('connection', (client) => proxy.join(client));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  /** The URL of the same database through this proxy. */
  get url(): string {
    const url = new URL(this.target);
    url.host = `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return url.href.replaceAll('+', '%20');
  }

  /** The number of open connections. */
  get lines(): number {
    return this.pairs.size;
  }

  /** Cuts the next connection that sends `text`: before the server gets it, or after the server has answered and before the client gets that. */
  cutAt(text: string, when: 'before' | 'after'): void {
    this.cut = { text, when };
  }

  /** Resolves when a connection sends `text`. The server gets neither that nor anything later of this connection. */
  stallAt(text: string): Promise<void> {
    return new Promise((reached) => (this.stall = { text, reached }));
  }

  /** Forwards new connections to another server, as a failover does. */
  redirect(target: string): void {
    this.target = new URL(target);
  }

  /** Cuts all connections. */
  cutAll(): void {
    for (const [client, server] of this.pairs) {
      client.destroy();
      server.destroy();
    }
  }

  async close(): Promise<void> {
    this.cutAll();
    this.server.close();
    await once(this.server, 'close');
  }

  private join(client: Socket): void {
    const server = connect(Number(this.target.port), this.target.hostname);
    const pair = [client, server] as const;
    this.pairs.add(pair);
    let isDeaf = false;
    let isStalled = false;
    const end = (): void => {
      this.pairs.delete(pair);
      client.destroy();
      server.destroy();
    };
    client.on('error', end).on('close', end);
    server.on('error', end).on('close', end);
    client.on('data', (bytes) => {
      const { cut, stall } = this;
      if (stall && bytes.toString('latin1').includes(stall.text)) {
        this.stall = undefined;
        isStalled = true;
        stall.reached();
      }
      if (isStalled) return;
      if (cut && bytes.toString('latin1').includes(cut.text)) {
        this.cut = undefined;
        this.cuts++;
        if (cut.when === 'before') {
          end();
          return;
        }
        isDeaf = true;
      }
      server.write(bytes);
    });
    server.on('data', (bytes) => {
      if (isDeaf) end();
      else client.write(bytes);
    });
  }
}
