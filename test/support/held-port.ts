import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** Listens, says where, and then does nothing, so that it accepts no connection, until it is told to end. */
const HOLDER = `
  const { parentPort, workerData } = require('node:worker_threads');
  const server = require('node:net').createServer();
  server.listen(0, '127.0.0.1', () => {
    parentPort.postMessage({ fd: server._handle.fd, port: server.address().port });
    Atomics.wait(workerData, 0, 0);
    process.exit();
  });`;

/** A port that stays open while processes come and go, as that of a socket unit of systemd. */
export class HeldPort {
  private constructor(
    private readonly worker: Worker,
    private readonly ended: Int32Array,
    /** The descriptor that listens, in this process. */
    readonly fd: number,
    readonly port: number,
  ) {}

  static async open(): Promise<HeldPort> {
    const ended = new Int32Array(new SharedArrayBuffer(4));
    const worker = new Worker(HOLDER, { eval: true, workerData: ended });
    const [{ fd, port }] = (await once(worker, 'message')) as [{ fd: number; port: number }];
    return new HeldPort(worker, ended, fd, port);
  }

  async close(): Promise<void> {
    const exit = once(this.worker, 'exit');
    Atomics.store(this.ended, 0, 1);
    Atomics.notify(this.ended, 0);
    await exit;
  }
}
