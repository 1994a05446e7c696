import type { BusDriver } from 'bentocache/types';
import type { RedisLink } from './redis-link.js';

type Payload = Parameters<BusDriver['publish']>[1];
type Handler = (payload: never) => unknown;

interface Message {
  readonly by: string;
  readonly payload: Payload;
}

/**
 * Carries the invalidations of bentocache over connections of ours. Its own driver would leave a subscription that Redis refuses, or that a
 * stop cuts short, to end the process.
 */
export class RedisBus implements BusDriver {
  private id = '';
  private readonly handlers = new Map<string, Handler>();

  constructor(private readonly link: RedisLink) {
    link.subscriber.on('message', (channel: string, text: string) => {
      const { by, payload } = JSON.parse(text) as Message;
      if (by !== this.id) this.handlers.get(channel)?.(payload as never);
    });
    // What was told in between is lost; the dates of what is kept bound what that can do.
    link.subscriber.on('ready', () => {
      for (const channel of this.handlers.keys()) this.listen(channel);
    });
  }

  setId(id: string): BusDriver {
    this.id = id;
    return this;
  }

  async publish(channel: string, payload: Payload): Promise<void> {
    if (!this.link.answers) throw new Error('Redis is left alone for a while.');
    const message: Message = { by: this.id, payload };
    await this.link.tried(() => this.link.commands.publish(channel, JSON.stringify(message)));
  }

  async subscribe(channel: string, handler: Handler): Promise<void> {
    this.handlers.set(channel, handler);
    if (this.link.subscriber.status === 'ready') this.listen(channel);
  }

  async unsubscribe(channel: string): Promise<void> {
    this.handlers.delete(channel);
    await this.link.subscriber.unsubscribe(channel);
  }

  onReconnect(): void {
    // Nothing was put by to be sent later.
  }

  async disconnect(): Promise<void> {
    this.link.close();
  }

  private listen(channel: string): void {
    this.link.tried(() => this.link.subscriber.subscribe(channel)).catch(() => undefined);
  }
}
