import type { IncomingMessage } from 'node:http';
import { DomainError } from '../domain/errors.js';
import type { HttpLimits } from './limits.js';
import { Turns } from './turns.js';

type BodyLimits = HttpLimits['bodies'];

/** Is called once: with a failure, or with null and the whole body. */
export type Received = (failure: Error | null, body: Buffer) => void;

/** A body of which some may have arrived. Times are in ms of `performance.now()`. */
interface IncomingBody {
  /** Size that the body may have, in bytes. */
  readonly most: number;
  readonly began: number;
  lastByteAt: number;
  /** True for a body that waits for its turn. */
  isWhole: boolean;
  /** The bytes that have arrived, with room for more behind them. */
  bytes: Buffer;
  length: number;
  settle: (failure: Error | null) => void;
}

const NOTHING = Buffer.alloc(0);
/** Size from which a body is handed on in its turn: to read the largest takes 100 ms. */
const LARGE_BYTES = 65_536;

/** Receives JSON bodies within limits: of each body, of all that are under way, and of time. */
export class BodyReceiver {
  private readonly underWay = new Set<IncomingBody>();
  /** Size of what is held of all bodies under way. */
  private held = 0;
  private readonly turns = new Turns();
  /** Fires when the time of a body under way may be over. One for all bodies: most arrive at once, and a timer each costs more than they do. */
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly limits: BodyLimits) {}

  /** Size of what has arrived of bodies under way, in bytes. */
  get bytes(): number {
    return this.held;
  }

  /**
   * Receives a whole body. If all bodies together become too large, the largest of them is refused. Large bodies are handed on one in each
   * round of the event loop.
   * @param most the size that the body may have
   * @param done gets DomainError `payload_too_large`, `request_timeout`, `busy`, or `invalid_request` if the body breaks off
   */
  receive(stream: IncomingMessage, most: number, done: Received): void {
    if (Number(stream.headers['content-length'] ?? 0) > most) {
      done(tooLarge(most), NOTHING);
      return;
    }
    const began = performance.now();
    const add = (chunk: Buffer): void => this.add(body, chunk);
    const settle = (failure: Error | null): void => {
      if (!this.underWay.delete(body)) return;
      this.held -= body.bytes.length;
      if (failure) stream.off('data', add);
      done(failure, body.bytes.subarray(0, body.length));
    };
    const body: IncomingBody = { most, began, lastByteAt: began, isWhole: false, bytes: NOTHING, length: 0, settle };
    const breakOff = (): void => {
      if (!body.isWhole && this.underWay.has(body)) settle(new DomainError('invalid_request', 'The body broke off.'));
    };
    const end = (): void => {
      body.isWhole = true;
      if (body.length < LARGE_BYTES) settle(null);
      else void this.turns.next().then(() => settle(null));
    };
    this.underWay.add(body);
    this.timer ??= setTimeout(this.look, Math.min(this.limits.idleMs, this.limits.wholeMs)).unref();
    stream.on('data', add).on('end', end).on('error', breakOff).on('close', breakOff);
  }

  private add(body: IncomingBody, chunk: Buffer): void {
    body.lastByteAt = performance.now();
    const length = body.length + chunk.length;
    if (length > body.most) {
      body.settle(tooLarge(body.most));
      return;
    }
    const before = body.bytes.length;
    if (before === 0) {
      body.bytes = chunk;
    } else {
      // Chunks may be as short as a byte, so they are put together at once. The room doubles, so that each byte is moved once or twice.
      if (length > before) {
        const more = Buffer.allocUnsafe(Math.min(body.most, Math.max(length, before * 2)));
        body.bytes.copy(more, 0, 0, body.length);
        body.bytes = more;
      }
      chunk.copy(body.bytes, body.length);
    }
    body.length = length;
    if (body.bytes.length > before) this.hold(body.bytes.length - before);
  }

  private hold(added: number): void {
    this.held += added;
    if (this.held <= this.limits.allBytes) return;
    let largest: IncomingBody | undefined;
    for (const body of this.underWay) if (!largest || body.bytes.length > largest.bytes.length) largest = body;
    largest?.settle(new DomainError('busy', 'Too many large requests are under way. Send this one again later.'));
  }

  /** Refuses the bodies whose time is over, and looks again when that of another one may be. */
  private readonly look = (): void => {
    const { idleMs, wholeMs } = this.limits;
    const now = performance.now();
    let next = Infinity;
    for (const body of this.underWay) {
      if (body.isWhole) continue;
      const end = Math.min(body.lastByteAt + idleMs, body.began + wholeMs);
      if (end > now) next = Math.min(next, end);
      else body.settle(new DomainError('request_timeout', 'The body of the request did not arrive in time.'));
    }
    this.timer = next === Infinity ? undefined : setTimeout(this.look, next - now).unref();
  };
}

function tooLarge(most: number): DomainError {
  return new DomainError('payload_too_large', `The body is too large. It may have ${most} bytes.`);
}
