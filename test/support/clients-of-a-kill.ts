import { setTimeout as sleep } from 'node:timers/promises';
import { until } from './until.js';

const WRITERS = 4;

/** The work of a server when it is killed. */
export interface Work {
  /** Ingests the second file at its start. */
  readonly ingests?: boolean;
  /** Clients create and change customers of their own. */
  readonly edits?: boolean;
  /** A client edits all customers. */
  readonly bulk?: boolean;
}

interface Customer {
  readonly id: string;
  readonly attributes: { readonly n?: number; readonly bulk?: string };
}

/** Clients of a server that is going to be killed. */
export class Clients {
  readonly ended: Promise<unknown>;
  /** The last acknowledged and the last sent value of each customer. An edit without an answer may be kept or not. */
  private readonly edited = new Map<string, { certain: number; possible: number }>();
  private edits = 0;
  private bulkLines = 0;
  private bulkDone = 0;

  constructor(
    private readonly url: string,
    private readonly work: Work,
  ) {
    const writers = Array.from({ length: work.edits ? WRITERS : 0 }, (_, writer) => this.edit(writer));
    this.ended = Promise.all([...writers, ...(work.bulk ? [this.bulk()] : [])]);
  }

  /** Waits until the clients have come so far; without clients, some ms. */
  async reach(edits: number, bulkLines: number, ms: number): Promise<void> {
    if (this.work.edits) await until(async () => this.edits >= edits);
    if (this.work.bulk) await until(async () => this.bulkLines >= bulkLines);
    if (!this.work.edits && !this.work.bulk) await sleep(ms);
  }

  expectKept(customers: readonly string[]): void {
    const values = new Map(
      customers.map((customer) => JSON.parse(customer) as Customer).map((one) => [one.id, one.attributes]),
    );
    const lost = [...this.edited].filter(([id, { certain, possible }]) => {
      const n = values.get(id)?.n ?? -1;
      return n < certain || n > possible;
    });
    expect(lost).toEqual([]);
    expect([...values.values()].filter(({ bulk }) => bulk === 'done').length).toBeGreaterThanOrEqual(this.bulkDone);
  }

  private async edit(writer: number): Promise<void> {
    for (let n = 0; ; n++, this.edits++) {
      const id = `edited-${writer}-${n >> 2}`;
      const certain = this.edited.get(id)?.certain ?? -1;
      this.edited.set(id, { certain, possible: n & 3 });
      const attributes = { email: 'a@b', n: n & 3 };
      const isNew = (n & 3) === 0;
      const sent = isNew
        ? this.send('POST', '/customers', { customer: { id, attributes } })
        : this.send('PATCH', `/customers/${id}`, { customer: { attributes } });
      const answer = await sent.catch(() => undefined);
      if (!answer) return;
      expect(answer.ok).toBe(true);
      this.edited.set(id, { certain: n & 3, possible: n & 3 });
    }
  }

  private async bulk(): Promise<void> {
    const action = { set: { name: 'bulk', value: 'done' } };
    try {
      const { body } = await this.send('POST', '/bulk-edits', { selection: { filters: [] }, action });
      for await (const chunk of body ?? []) {
        for (const line of Buffer.from(chunk).toString().split('\n')) {
          this.bulkLines++;
          this.bulkDone = Math.max(this.bulkDone, Number(/^\{"done":(\d+),.*\}$/.exec(line)?.[1] ?? 0));
        }
      }
    } catch {
      // The server was killed.
    }
  }

  private send(method: string, path: string, body: unknown): Promise<Response> {
    const headers = { 'content-type': 'application/json' };
    return fetch(`${this.url}${path}`, { method, headers, body: JSON.stringify(body) });
  }
}
