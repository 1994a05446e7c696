import { Client, type ClientConfig } from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import { bounded } from './bounded.js';
import { codeOf, failureKind, TOO_MANY_CONNECTIONS } from './failure.js';

/** A connection outside the pool for short statements only. It is opened on demand, and opened again after it broke. */
export class SideConnection {
  private connection: Promise<Client> | undefined;
  private isClosed = false;

  constructor(private readonly config: ClientConfig) {}

  open(): Promise<Client> {
    if (this.connection) return this.connection;
    if (this.isClosed) return Promise.reject(new Error('Connection terminated'));
    const client = new Client(this.config);
    const connection = client.connect().then(() => client);
    const forget = (): void => {
      if (this.connection === connection) this.connection = undefined;
    };
    client.on('error', forget).on('end', forget);
    connection.catch(forget);
    return (this.connection = connection);
  }

  /**
   * Runs a statement. If it fails, its connection is not used again.
   * @returns the connection that ran it
   */
  async query(text: string, timeoutMs: number): Promise<Client> {
    const connection = this.open();
    try {
      const client = await connection;
      await client.query(bounded(text, timeoutMs));
      return client;
    } catch (error) {
      if (this.connection === connection) this.connection = undefined;
      void connection.then((client) => client.end()).catch(() => undefined);
      throw error;
    }
  }

  /** Tells whether the database answers within `withinMs`. If one connection stays silent, a new one is tried. */
  async answers(withinMs: number): Promise<boolean> {
    const late = new AbortController();
    const silence = sleep(withinMs, false, { signal: late.signal }).catch(() => false);
    const isAnswered = async (): Promise<boolean> => (await this.ask(withinMs / 2)) || this.ask(withinMs / 2);
    const isThere = await Promise.race([isAnswered(), silence]);
    late.abort();
    return isThere;
  }

  async close(): Promise<void> {
    this.isClosed = true;
    const client = await this.connection?.catch(() => undefined);
    await client?.end();
  }

  private async ask(timeoutMs: number): Promise<boolean> {
    try {
      await this.query('SELECT 1', timeoutMs);
      return true;
    } catch (error) {
      return codeOf(error) === TOO_MANY_CONNECTIONS || failureKind(error) !== 'lost';
    }
  }
}
