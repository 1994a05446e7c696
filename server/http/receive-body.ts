import type { IncomingMessage } from 'node:http';
import { DomainError } from '../domain/errors.js';
import type { HttpLimits } from './limits.js';

type BodyLimits = HttpLimits['bodies'];

/** Receives JSON bodies within limits: of each body, of all that are under way, and of time. */
export class BodyReceiver {
  private readonly underWay = new Set<IncomingBody>();
  /** Size of what is held of all bodies under way. */
  private held = 0;

  constructor(private readonly limits: BodyLimits) {}

  /**
   * Receives a whole body. If all bodies together become too large, the largest of them is refused.
   * @param most the size that the body may have
   * @throws DomainError `payload_too_large`, `request_timeout` or `busy`; the error of the stream if it breaks off
   */
  async receive(stream: IncomingMessage, most: number): Promise<Buffer> {
    const announced = Number(stream.headers['content-length'] ?? 0);
    if (announced > most) throw tooLarge(most);
    const body = new IncomingBody(stream, most, this.limits, (added) => this.hold(added));
    this.underWay.add(body);
    try {
      return await body.whole;
    } finally {
      this.underWay.delete(body);
      this.held -= body.held;
    }
  }

  private hold(added: number): void {
    this.held += added;
    if (this.held <= this.limits.allBytes) return;
    let largest: IncomingBody | undefined;
    for (const body of this.underWay) if (!largest || body.held > largest.held) largest = body;
    largest?.refuse(new DomainError('busy', 'Too many large requests are under way. Send this one again later.'));
  }
}

/** A body of which some may have arrived. */
class IncomingBody {
  readonly whole: Promise<Buffer>;
  /** The bytes that have arrived, with room for more behind them. */
  private bytes: Buffer = Buffer.alloc(0);
  private length = 0;
  private readonly began = performance.now();
  private lastByteAt = this.began;
  private timer: NodeJS.Timeout | undefined;
  private settle: (failure?: Error) => void = () => undefined;

  constructor(
    private readonly stream: IncomingMessage,
    private readonly most: number,
    private readonly limits: BodyLimits,
    private readonly hold: (added: number) => void,
  ) {
    this.whole = new Promise((resolve, reject) => {
      this.settle = (failure) => {
        this.leave();
        if (failure) reject(failure);
        else resolve(this.bytes.subarray(0, this.length));
      };
    });
    stream.on('data', this.add).once('end', this.end).once('error', this.breakOff).once('close', this.breakOff);
    this.watch();
  }

  /** Size of the memory that the body takes. */
  get held(): number {
    return this.bytes.length;
  }

  readonly refuse = (failure: Error): void => this.settle(failure);

  private readonly end = (): void => this.settle();

  private readonly breakOff = (): void => this.settle(new DomainError('invalid_request', 'The body broke off.'));

  private readonly add = (chunk: Buffer): void => {
    this.lastByteAt = performance.now();
    const length = this.length + chunk.length;
    if (length > this.most) {
      this.settle(tooLarge(this.most));
      return;
    }
    const before = this.bytes.length;
    if (before === 0) {
      this.bytes = chunk;
    } else {
      // Chunks may be as short as a byte, so they are put together at once. The room doubles, so that each byte is moved once or twice.
      if (length > before) {
        const more = Buffer.allocUnsafe(Math.min(this.most, Math.max(length, before * 2)));
        this.bytes.copy(more, 0, 0, this.length);
        this.bytes = more;
      }
      chunk.copy(this.bytes, this.length);
    }
    this.length = length;
    if (this.bytes.length > before) this.hold(this.bytes.length - before);
  };

  /** Refuses the body when its time is over, or looks again when that may be. */
  private readonly watch = (): void => {
    const { idleMs, wholeMs } = this.limits;
    const left = Math.min(this.lastByteAt + idleMs, this.began + wholeMs) - performance.now();
    if (left > 0) this.timer = setTimeout(this.watch, left);
    else this.settle(new DomainError('request_timeout', 'The body of the request did not arrive in time.'));
  };

  private leave(): void {
    clearTimeout(this.timer);
    this.stream.off('data', this.add).off('end', this.end).off('error', this.breakOff).off('close', this.breakOff);
    this.settle = () => undefined;
  }
}

function tooLarge(most: number): DomainError {
  return new DomainError('payload_too_large', `The body is too large. It may have ${most} bytes.`);
}
