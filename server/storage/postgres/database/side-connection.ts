import { Client, type ClientConfig } from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import { bounded } from './bounded.js';
import { codeOf, failureKind, TOO_MANY_CONNECTIONS } from './failure.js';

/** A connection beside the pool, which no statement of any length keeps busy. It is made when it is asked for, again where it broke. */
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
   * Runs a statement. A connection on which it fails is used no more.
   * @returns the connection that has run it
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

  /** Whether the database says anything within that time. Where the connection is silent another one is tried. */
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
