import type { IncomingMessage } from 'node:http';
import { DomainError } from '../domain/errors.js';
import type { HttpLimits } from './limits.js';

/** Limits of uploads, with the time in milliseconds that an upload may be without a byte. */
export type UploadLimits = HttpLimits['uploads'] & Pick<HttpLimits['bodies'], 'idleMs'>;

/** An upload on its way into a spool file. */
export interface Arrival {
  readonly began: number;
  /** Bytes that have arrived. */
  length: number;
  readonly cut: AbortController;
}

/** The uploads that are on their way into spool files. When there are too many, the slowest of the older ones is cut. */
export class Arrivals {
  private readonly underWay = new Set<Arrival>();

  /** @throws DomainError `busy` if there are too many, and none is old enough to be cut */
  begin({ spooled, yieldsAfterMs }: Pick<UploadLimits, 'spooled' | 'yieldsAfterMs'>): Arrival {
    if (this.underWay.size >= spooled) this.makeRoom(yieldsAfterMs);
    const arrival: Arrival = { began: performance.now(), length: 0, cut: new AbortController() };
    this.underWay.add(arrival);
    return arrival;
  }

  end(arrival: Arrival): void {
    this.underWay.delete(arrival);
  }

  private makeRoom(yieldsAfterMs: number): void {
    const now = performance.now();
    const rate = ({ began, length }: Arrival): number => length / (now - began);
    const slowest = [...this.underWay]
      .filter(({ began, cut }) => now - began >= yieldsAfterMs && !cut.signal.aborted)
      .sort((a, b) => rate(a) - rate(b))
      .at(0);
    if (!slowest) throw uploadsBusy();
    slowest.cut.abort();
  }
}

/**
 * Yields the bytes of a body while they arrive.
 * @param cut ends it with `busy`
 * @throws DomainError `request_timeout` after a time without a byte, `busy`; the error of the stream when it breaks off
 */
export async function* arriving(body: IncomingMessage, idleMs: number, cut?: AbortSignal): AsyncGenerator<Buffer> {
  // The connection still has to carry the answer.
  const chunks = body.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>; // safe: the body has no encoding
  for (;;) {
    const next = await within(chunks.next(), idleMs, cut);
    if (next.done === true) return;
    yield next.value;
  }
}

function within<T>(work: Promise<T>, idleMs: number, cut: AbortSignal | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      clearTimeout(timer);
      cut?.removeEventListener('abort', stop);
    };
    const stop = (): void => {
      settle();
      reject(uploadsBusy());
    };
    const timer = setTimeout(() => {
      settle();
      reject(new DomainError('request_timeout', 'The upload stalled: no byte came for too long.'));
    }, idleMs);
    cut?.addEventListener('abort', stop);
    work.then(resolve, reject).finally(settle);
  });
}

/** Explains why an upload did not get into its spool file. */
export function uploadFailure(error: unknown, body: IncomingMessage): unknown {
  if (error instanceof DomainError) return error;
  if (body.errored) return new DomainError('source_unreadable', 'The upload broke off.', undefined, { cause: error });
  const isFull = error instanceof Error && 'code' in error && error.code === 'ENOSPC';
  return isFull
    ? new DomainError('storage_full', 'The disk has no room for the upload.', undefined, { cause: error })
    : error;
}

export function uploadsBusy(): DomainError {
  return new DomainError('busy', 'As many uploads as there is room for are under way. Send this one again later.');
}
