import { once } from 'node:events';
import type { Server as HttpServer } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import type { Config } from '../config/config.js';

/** The first descriptor that a service manager passes: see sd_listen_fds(3). */
const PASSED_FD = 3;

export type PortOptions = Pick<Config, 'host' | 'port' | 'reusesPort' | 'isPortPassed'>;

/** The options that Fastify hands on to `listen` of its server. */
export type ListenOptions = { readonly host: string } & (
  { readonly port: number; readonly reusePort: boolean } | { readonly fd: number } | { readonly handle: unknown }
);

/**
 * The port of the server. It is open before the rest of the process is loaded: connections wait instead of being refused. A socket that
 * a service manager has opened (`LISTEN_FDS`) is used instead; it stays open from one process to the next.
 */
export class Port {
  private readonly waiting: Socket[] = [];

  private constructor(
    readonly options: ListenOptions,
    early?: Server,
  ) {
    early?.on('connection', (socket: Socket) => this.waiting.push(socket));
  }

  /** @throws errors of `listen` */
  static async open({ host, port, reusesPort, isPortPassed }: PortOptions): Promise<Port> {
    if (isPortPassed) return new Port({ host: '127.0.0.1', fd: PASSED_FD });
    // Fastify listens on each address of this name.
    if (host === 'localhost') return new Port({ host, port, reusePort: reusesPort });
    const early = createServer({ pauseOnConnect: true });
    early.listen({ host, port, reusePort: reusesPort });
    await once(early, 'listening');
    // Safe: a server that listens has a handle, and `listen` takes it: https://nodejs.org/api/net.html#serverlistenhandle-backlog-callback.
    const { _handle: handle } = early as unknown as { readonly _handle: unknown };
    return new Port({ host, handle }, early);
  }

  /** Hands the connections that have waited to the server, which listens with {@link options} now. */
  handOver(server: HttpServer): void {
    for (const socket of this.waiting.splice(0)) {
      server.emit('connection', socket);
      socket.resume();
    }
  }
}
