/** A request by `fetch` whose answer the test sends piece by piece. */
export class StreamedRequest {
  readonly answer: Promise<Response>;
  private readonly waiting: (() => void)[] = [];
  private readonly pieces: (string | Error | null)[] = [];
  private answered: (response: Response) => void = () => undefined;
  private failed: (error: Error) => void = () => undefined;

  constructor(
    readonly url: string,
    readonly init: RequestInit,
  ) {
    this.answer = new Promise((resolve, reject) => {
      this.answered = resolve;
      this.failed = reject;
    });
    init.signal?.addEventListener('abort', () => this.break());
  }

  get aborted(): boolean {
    return this.init.signal?.aborted ?? false;
  }

  /** The body as JSON. */
  get body(): unknown {
    return JSON.parse(typeof this.init.body === 'string' ? this.init.body : 'null') as unknown;
  }

  /** Begins a successful answer. */
  accept(): this {
    const cancel = () => Promise.resolve();
    const body = { getReader: () => ({ read: () => this.read(), cancel }) };
    this.answered({ ok: true, status: 200, body } as unknown as Response); // all that is read of a stream
    return this;
  }

  refuse(status: number, body: unknown): void {
    const text = () => Promise.resolve(JSON.stringify(body));
    this.answered({ ok: false, status, body: null, text } as unknown as Response); // all that is read of a refusal
  }

  send(text: string): this {
    return this.add(text);
  }

  end(): this {
    return this.add(null);
  }

  /** Loses the connection, before the answer or in the middle of it. */
  break(): void {
    const error = new TypeError('Failed to fetch');
    this.failed(error);
    this.add(error);
  }

  private add(piece: string | Error | null): this {
    this.pieces.push(piece);
    this.waiting.shift()?.();
    return this;
  }

  private async read(): Promise<ReadableStreamReadResult<Uint8Array>> {
    if (this.pieces.length === 0) await new Promise<void>((resolve) => this.waiting.push(resolve));
    const piece = this.pieces.shift();
    if (piece instanceof Error) throw piece;
    return piece == null ? { done: true, value: undefined } : { done: false, value: new TextEncoder().encode(piece) };
  }
}

/** Takes the place of `fetch`. The requests come in the order they were sent. */
export function takeFetch(): StreamedRequest[] {
  const requests: StreamedRequest[] = [];
  globalThis.fetch = (url, init = {}) => {
    const request = new StreamedRequest(typeof url === 'string' ? url : '', init);
    requests.push(request);
    return request.answer;
  };
  return requests;
}
