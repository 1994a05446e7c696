import type { Call } from '../../client/app/sources/model/call';

/** A call of the live view; its time is so many ms after the first. */
export function call(n: number, some: Partial<Call> = {}): Call {
  return {
    n,
    at: new Date(Date.UTC(2026, 0, 31, 12) + n).toISOString(),
    source: 2,
    source_name: 'Shop',
    call: 'identify',
    user_id: `u${n}`,
    id: `m${n}`,
    outcome: 'accepted',
    text: `{"userId":"u${n}"}`,
    ...some,
  };
}

/** Stands in for the `EventSource` of the browser. */
export class EventSourceStub extends EventTarget {
  static readonly CLOSED = 2;
  static all: EventSourceStub[] = [];
  isClosed = false;
  readyState = 0;

  constructor(readonly url: string) {
    super();
    EventSourceStub.all.push(this);
  }

  static install(): void {
    EventSourceStub.all = [];
    Object.assign(globalThis, { EventSource: EventSourceStub });
  }

  /** The one that was made last. */
  static get last(): EventSourceStub {
    const last = EventSourceStub.all.at(-1);
    if (!last) throw new Error('nothing is followed');
    return last;
  }

  close(): void {
    this.isClosed = true;
  }

  open(): void {
    this.readyState = 1;
    this.dispatchEvent(new Event('open'));
  }

  send(...calls: readonly Call[]): void {
    for (const one of calls) this.tell('call', one);
  }

  tell(type: string, data: object): void {
    this.dispatchEvent(new MessageEvent(type, { data: JSON.stringify(data) }));
  }

  /** @param isRefused true if the browser does not connect again */
  fail(isRefused: boolean): void {
    this.readyState = isRefused ? EventSourceStub.CLOSED : 0;
    this.dispatchEvent(new Event('error'));
  }
}
