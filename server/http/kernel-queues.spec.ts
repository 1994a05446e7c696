import { once } from 'node:events';
import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import { KernelQueues } from './kernel-queues.js';

const PIECE = Buffer.alloc(64 * 1024);

describe('the queues of the operating system', () => {
  it('shrink when a client takes something, before the connection takes more', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const accepted = once(server, 'connection') as Promise<[Socket]>;
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1').pause();
    const [served] = await accepted;
    const queued = async (): Promise<number> => (await KernelQueues.read()).underWayTo(served);
    try {
      while (served.write(PIECE));
      // Nothing more is taken: the queues have been the same for two looks.
      for (let before = -1; before !== (await queued());) before = await queued();
      const { bytesWritten, writableLength } = served;
      const full = await queued();
      expect(full).toBeGreaterThan(PIECE.length);
      client.read();
      await once(client, 'readable');
      client.read();
      while ((await queued()) === full) client.read();
      expect(await queued()).toBeLessThan(full);
      expect([served.bytesWritten, served.writableLength]).toEqual([bytesWritten, writableLength]);
    } finally {
      client.destroy();
      served.destroy();
      server.close();
    }
  });

  it('are empty for a connection that is not known', async () => {
    expect((await KernelQueues.read()).underWayTo({ localPort: 1, remotePort: 1 })).toBe(0);
  });
});
