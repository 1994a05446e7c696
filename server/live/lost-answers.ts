import { Injectable, Logger } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { ServerResponse } from 'node:http';
import { reasonForLog } from '../domain/errors.js';
import type { Identity } from '../domain/message/message-identity.js';
import type { RememberedId } from '../domain/sources/source.js';
import { SourceRepository } from '../domain/sources/source-repository.js';

/** Time for which an id is remembered, in ms. */
const REMEMBERED_MS = 600_000;
/** Requests whose ids are remembered in memory at a time. */
const MOST = 10_000;
const TOO_MANY = 429;

/**
 * Remembers the ids that were made for calls whose answers were lost, so that a repeat of such a call gets the same ones. Ids are kept in the
 * database, for other processes and the next start, and in memory, where two like calls have an id each.
 */
@Injectable()
export class LostAnswers {
  private readonly logger = new Logger(LostAnswers.name);
  private readonly lost = new LRUCache<Identity, RememberedId[]>({ max: MOST, ttl: REMEMBERED_MS });

  private turns: Promise<void> | undefined;

  constructor(private readonly sources: SourceRepository) {}

  /**
   * Takes the id of a request that is repeated. Each is taken once, unless the answer is lost again. A busy server may read the repeat together
   * with the end of the connection before.
   * @param hash see `retryHash`
   */
  async take(hash: Identity): Promise<RememberedId | undefined> {
    await this.seeClosed();
    const known = this.lost.get(hash);
    if (known) return known.shift();
    const stored = await this.sources.rememberedId(hash, Date.now());
    // Taken: it is not looked up again.
    if (stored) this.lost.set(hash, []);
    return stored;
  }

  /**
   * Waits until the event loop has asked the sockets once more, before an answer is written: an end that came right behind the request is not
   * known before, and the answer would count as written. The first turn ends what the loop was doing; requests that ask within it share both.
   */
  seeClosed(): Promise<void> {
    return (this.turns ??= new Promise((resolve) => {
      setImmediate(() => {
        this.turns = undefined;
        setImmediate(resolve);
      });
    }));
  }

  /**
   * Remembers an id if the connection closes before the answer has been written, or the request fails.
   * @param isTaken true for an id that was remembered: a repeat that is refused may be one of a call that was committed
   */
  watch(answer: ServerResponse, made: RememberedId, hash: () => Identity, isTaken: boolean): void {
    const { socket } = answer;
    const note = (): void => {
      const { writableFinished, statusCode } = answer;
      const isOpen = statusCode >= 500 || (isTaken && statusCode === TOO_MANY);
      // Node ends a socket whose client has ended, and an answer that is written between that and its close counts as finished.
      const isEnded = socket?.readableEnded === true;
      if (!writableFinished || isOpen || isEnded) this.remember(hash(), made);
    };
    if (answer.destroyed || answer.closed) note();
    else answer.once('close', note);
  }

  private remember(hash: Identity, made: RememberedId): void {
    const known = this.lost.get(hash) ?? [];
    this.lost.set(hash, [...known, made]);
    this.sources.rememberId(hash, made, Date.now() + REMEMBERED_MS).catch((error: unknown) => {
      this.logger.warn(`The id of a call whose answer was lost is not stored: ${reasonForLog(error)}`);
    });
  }
}
