import { readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';

/** Tables of Linux; no other system has them. A line has the local and the remote address with the port, the state, and the queues. */
const TABLES = ['/proc/net/tcp', '/proc/net/tcp6'];
const LINE = /:([0-9A-F]{4}) [0-9A-F]+:([0-9A-F]{4}) [0-9A-F]{2} ([0-9A-F]{8}):([0-9A-F]{8})/g;
const HEX = 16;

/** The bytes that the operating system holds for connections. */
export class KernelQueues {
  /** Key: `LOCAL_PORT:REMOTE_PORT`. Bytes that were not acknowledged yet, and bytes that arrived and were not read yet. */
  private readonly queues = new Map<string, readonly [sent: number, received: number]>();

  private constructor(tables: readonly string[]) {
    for (const table of tables) {
      for (const [, local, remote, sent, received] of table.matchAll(LINE)) {
        this.queues.set(`${parseInt(local, HEX)}:${parseInt(remote, HEX)}`, [
          parseInt(sent, HEX),
          parseInt(received, HEX),
        ]);
      }
    }
  }

  /** Reads the queues. Where the system does not show them, all are empty. */
  static async read(): Promise<KernelQueues> {
    return new KernelQueues(await Promise.all(TABLES.map((path) => readFile(path, 'latin1').catch(() => ''))));
  }

  /** Bytes on their way to a client, those included that a client on this machine has not read yet. */
  underWayTo({ localPort, remotePort }: Pick<Socket, 'localPort' | 'remotePort'>): number {
    const [sent = 0] = this.queues.get(`${localPort}:${remotePort}`) ?? [];
    const [, unread = 0] = this.queues.get(`${remotePort}:${localPort}`) ?? [];
    return sent + unread;
  }
}
