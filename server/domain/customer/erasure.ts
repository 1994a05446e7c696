import type { AuditDraft } from '../access/audit.js';
import { NO_TRACES, type Traces } from '../log/log-traces.js';
import type { KnownCustomer } from './customer-change.js';
import type { CustomerRecord, StoredCustomer } from './customer.js';

/** A customer in the trash. */
interface TrashedCustomer {
  readonly stored: StoredCustomer;
  /** The time of the last deletion, in ms since the Unix epoch. */
  readonly deletedAt: number;
}

/** A source in which a customer occurs: an ingestion, or a source of live messages. */
export interface SourceOfCustomer {
  readonly kind: 'ingestion' | 'source';
  readonly id: number;
  readonly name: string;
}

/** The conditions of an erasure, and its entry in the audit, whose target is blank in the end. */
export interface ErasureNote {
  readonly audit: AuditDraft;
  /** Throws to erase nothing. It runs inside the transaction. @param current the customer as it is served */
  readonly check?: (current: CustomerRecord | undefined) => void;
  /**
   * Set at the end of the trash: erases a customer only if it was deleted before this time, in ms since the Unix epoch, and not created
   * anew. One that was loses its entry in the trash alone.
   */
  readonly trashedBefore?: number;
  /** The messages of the customer in the log. Absent: the log has none. */
  readonly traces?: Traces;
}

/** The effect of an erasure: all goes, only the entry in the trash, or nothing. */
export function erasureOf(
  { stored }: Pick<KnownCustomer, 'stored'>,
  trashed: TrashedCustomer | undefined,
  { check, trashedBefore }: ErasureNote,
): 'all' | 'entry' | 'nothing' {
  check?.(stored);
  if (trashedBefore === undefined) return 'all';
  if (!trashed || trashed.deletedAt >= trashedBefore) return 'nothing';
  return stored ? 'entry' : 'all';
}

/**
 * The time up to which messages of an erased customer are ignored: now, or that of its newest message if that is later, in ms since the
 * Unix epoch.
 */
export function erasedUntil(
  now: number,
  { stored, deletedAt, erasedUntil: before }: KnownCustomer,
  trashed: TrashedCustomer | undefined,
  { traces = NO_TRACES }: ErasureNote,
): number {
  const newest = [stored, trashed?.stored].flatMap((one) => (one ? [newestTime(one)] : []));
  return Math.max(now, traces.newest, ...newest, deletedAt ?? 0, before ?? 0);
}

/** An edit may have set `lastUpdated` to a time before that of the newest attribute. */
function newestTime({ lastUpdated, attributeTimes }: StoredCustomer): number {
  // Safe: written by toStored.
  const times = Object.values(JSON.parse(attributeTimes) as Readonly<Record<string, number>>);
  return times.reduce((newest, time) => Math.max(newest, time), lastUpdated);
}

/** Tells the parts of this process that hold customers outside of the database which customer was erased. */
export class Erasures {
  private readonly listeners: ((id: string) => void)[] = [];

  onErased(listener: (id: string) => void): void {
    this.listeners.push(listener);
  }

  tell(id: string): void {
    for (const listener of this.listeners) listener(id);
  }
}
