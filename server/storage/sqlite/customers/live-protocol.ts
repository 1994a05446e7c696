import type { LiveMessageOutcome } from '../../../domain/customer/accept-messages.js';
import type { ErrorCode } from '../../../domain/errors.js';
import type { LiveRecord } from '../../../domain/sources/live-calls.js';
import type { OpenFile } from '../database/database-file.js';
import type { PackedMessages } from './packed-messages.js';

/** The `workerData` of the thread. */
export interface LiveThreadData {
  readonly path: string;
  /** Those that the calling thread has open. */
  readonly files: readonly OpenFile[];
  /** See SqliteOptions, as for the next two. */
  readonly syncsCommits: boolean;
  readonly keepsLog: boolean;
  readonly checkpointsElsewhere: boolean;
}

interface MessagesOfTransaction {
  readonly messages: PackedMessages;
  /** The number of messages of the transaction that were sent before. */
  readonly before: number;
}

export type ToLiveThread =
  /** Some messages of a transaction, of which others follow. */
  | ({ readonly kind: 'more' } & MessagesOfTransaction)
  /** The last messages of a transaction, and the counts and rejects of calls that bring none. */
  | ({ readonly kind: 'accept'; readonly calls: LiveRecord } & MessagesOfTransaction)
  /** The answer to `rejects`. */
  | { readonly kind: 'texts'; readonly texts: readonly string[] }
  | { readonly kind: 'stop' };

/** One `accepted` or `failed` for every `accept`, in their order. */
export type FromLiveThread =
  | { readonly kind: 'accepted'; readonly outcomes: readonly LiveMessageOutcome[] }
  /** Asks for the texts of messages of the transaction under way that are rejected. */
  | { readonly kind: 'rejects'; readonly places: readonly number[] }
  | { readonly kind: 'failed'; readonly message: string; readonly code: ErrorCode | undefined };
