import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A TCP client that sends bytes as they are, and keeps what it receives. */
export class RawClient {
  received = '';
  private isClosed = false;

  private constructor(readonly socket: Socket) {
    socket.on('data', (chunk: Buffer) => (this.received += chunk.toString('latin1')));
    socket.on('error', () => undefined);
    socket.on('close', () => (this.isClosed = true));
  }

  /** @param url of the server */
  static async connect(url: string): Promise<RawClient> {
    const { hostname, port } = new URL(url);
    const client = new RawClient(connect(Number(port), hostname.replace(/[[\]]/g, '')));
    await once(client.socket, 'connect');
    return client;
  }

  get closed(): boolean {
    return this.isClosed;
  }

  send(text: string): this {
    this.socket.write(text);
    return this;
  }

  /** Resolves when the connection is closed, with all that came. */
  async end(): Promise<string> {
    if (!this.isClosed) await once(this.socket, 'close');
    return this.received;
  }
}

/** Sends a whole request and returns the status and the JSON of the answer. The server must close the connection. */
export async function rawRequest(url: string, request: string): Promise<{ status: number; body: unknown }> {
  const client = await RawClient.connect(url);
  const answer = await client.send(request).end();
  const [head, body = ''] = answer.split('\r\n\r\n');
  return { status: Number(head.split(' ')[1]), body: body === '' ? undefined : (JSON.parse(body) as unknown) };
}
