import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Time between two connections, in ms. */
const PROBE_MS = 1;

/** Connects again and again, and notes for how long connections are refused. */
class Prober {
  /** The times for which connections were refused, in ms. */
  gaps = [];
  isEnded = false;

  constructor(port) {
    this.ended = this.run(port);
  }

  async run(port) {
    let refusedSince;
    while (!this.isEnded) {
      const isOpen = await canConnect(port);
      const now = performance.now();
      if (!isOpen) refusedSince ??= now;
      else if (refusedSince !== undefined) {
        this.gaps.push(now - refusedSince);
        refusedSince = undefined;
      }
      await sleep(PROBE_MS);
    }
  }

  async end() {
    this.isEnded = true;
    await this.ended;
  }
}

async function canConnect(port) {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/**
 * Restarts a server on its port, without a socket that is passed on.
 * @param start starts a server at a port, `0` for any
 * @returns the longest time of each restart for which connections were refused, in ms
 */
export async function measureGaps(start, restarts) {
  let server = await start('0');
  const { port } = new URL(server.url);
  const gaps = [];
  for (let restart = 0; restart < restarts; restart++) {
    const prober = new Prober(Number(port));
    await server.stop();
    server = await start(port);
    await prober.end();
    gaps.push(Math.max(0, ...prober.gaps));
  }
  await server.stop();
  return gaps;
}
