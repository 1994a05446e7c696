import { ignoredUntil, type CustomerChange, type KnownCustomer } from '../customer/customer-change.js';
import { compareIds } from '../customer/customer-id.js';
import { toState, toStored, type CustomerState } from '../customer/customer.js';
import { changeByMessages } from '../customer/decide-messages.js';
import {
  foldMessage,
  noOutcomes,
  type AppliedMessages,
  type MessageEffect,
  type OutcomeCounts,
} from '../customer/fold.js';
import { packIdentities, type CustomerMessages } from '../customer/packed-identities.js';
import { blockOf } from '../log/packed-entries.js';
import type { Identity } from '../message/message-identity.js';
import type { CellDifference, RejectedRow } from './row-plan.js';

/** A row that becomes a message, before the identities of its customer are asked. */
export interface RowMessage {
  readonly kind: 'message';
  readonly identity: Identity;
  readonly effect: MessageEffect;
  /** Packs the message for the log. It is called only if the message is applied and a log is kept. */
  readonly entry: () => Uint8Array;
  readonly differences: readonly CellDifference[];
  readonly damaged: readonly CellDifference[];
}

export interface UnchangedRow {
  readonly kind: 'unchanged';
  readonly damaged: readonly CellDifference[];
}

/** A row of a sheet whose customer is known. */
export interface ImportRow {
  readonly userId: string;
  /** The identity of its message; undefined if it follows from the message. Then its customer has no other row in the group. */
  readonly identity: Identity | undefined;
  /** @param current the customer as the rows before have left it */
  plan(current: KnownCustomer): RowMessage | UnchangedRow | RejectedRow;
}

/** The result of a row. Of an applied row with the cells that changed. */
export type RowOutcome =
  | {
      readonly kind: 'created' | 'changed';
      readonly differences: readonly CellDifference[];
      readonly damaged: readonly CellDifference[];
    }
  | UnchangedRow
  | RejectedRow;

/** The rows of one customer in a group, in their order, with the place of each in the group. */
export interface RowsOfCustomer {
  readonly id: string;
  readonly rows: readonly ImportRow[];
  readonly places: readonly number[];
}

/** Sorts rows by their customers. @returns the customers in the order of lists, in which every writer locks them */
export function rowsByCustomer(rows: readonly ImportRow[]): RowsOfCustomer[] {
  const customers = new Map<string, { rows: ImportRow[]; places: number[] }>();
  rows.forEach((row, place) => {
    const known = customers.get(row.userId);
    if (known) {
      known.rows.push(row);
      known.places.push(place);
    } else customers.set(row.userId, { rows: [row], places: [place] });
  });
  return [...customers].sort(([a], [b]) => compareIds(a, b)).map(([id, own]) => ({ id, ...own }));
}

/** The identities that the messages of a customer may have, packed, in ascending order. */
export function identitiesOfRows(known: KnownCustomer, { rows }: RowsOfCustomer): Uint8Array {
  const identities = new Set<Identity>();
  for (const row of rows) {
    const identity = row.identity ?? identityOfPlan(row, known);
    if (identity !== undefined) identities.add(identity);
  }
  return packIdentities([...identities].sort());
}

function identityOfPlan(row: ImportRow, known: KnownCustomer): Identity | undefined {
  const plan = row.plan(known);
  return plan.kind === 'message' ? plan.identity : undefined;
}

/**
 * Decides what rows do to their customer.
 * @param applied opened with {@link identitiesOfRows}
 * @param outcomes gets the outcome of each row at its place
 * @param keepsLog whether the change has the messages for the log
 * @returns undefined when no message was applied
 */
export function acceptRows(
  known: KnownCustomer,
  rows: RowsOfCustomer,
  applied: CustomerMessages,
  outcomes: RowOutcome[],
  keepsLog: boolean,
): CustomerChange | undefined {
  const entries: Uint8Array[] = [];
  const onApplied = keepsLog ? (message: RowMessage) => entries.push(message.entry()) : undefined;
  const state = foldRows(known, rows, applied, outcomes, onApplied);
  if (!state) return undefined;
  const { attributes } = toState(known.id, known.stored, ignoredUntil(known));
  return changeByMessages(known, attributes, state, applied, blockOf(entries));
}

/**
 * As {@link acceptRows}, for rows that are only tried.
 * @returns the customer as the rows leave it
 */
export function tryRows(
  known: KnownCustomer,
  rows: RowsOfCustomer,
  applied: AppliedMessages,
  outcomes: RowOutcome[],
): KnownCustomer {
  const state = foldRows(known, rows, applied, outcomes);
  return state ? withState(known, state) : known;
}

/** @returns the state after the rows; undefined when no message was applied */
function foldRows(
  known: KnownCustomer,
  { rows, places }: RowsOfCustomer,
  applied: AppliedMessages,
  outcomes: RowOutcome[],
  onApplied?: (message: RowMessage) => unknown,
): CustomerState | undefined {
  let state: CustomerState | undefined;
  for (const [at, row] of rows.entries()) {
    const plan = row.plan(state ? withState(known, state) : known);
    if (plan.kind !== 'message') {
      outcomes[places[at]] = plan;
      continue;
    }
    const { effect, identity, differences, damaged } = plan;
    const next = state ?? toState(known.id, known.stored, ignoredUntil(known));
    const existed = next.exists;
    const outcome = foldMessage(next, effect, identity, applied);
    switch (outcome) {
      case 'events':
      case 'attributes':
        state = next;
        onApplied?.(plan);
        outcomes[places[at]] = { kind: existed ? 'changed' : 'created', differences, damaged };
        break;
      case 'duplicates':
        outcomes[places[at]] = { kind: 'unchanged', damaged };
        break;
      case 'stale':
        // A plan says so before: see RowPlanner.
        throw new Error('A row of a deleted customer was planned.');
      default:
        outcome satisfies never;
    }
  }
  return state;
}

function withState(known: KnownCustomer, state: CustomerState): KnownCustomer {
  return { ...known, stored: state.exists ? toStored(state) : undefined };
}

/** The outcomes of rows as those of messages: a row that changes nothing counts as a duplicate. */
export function outcomeCounts(outcomes: readonly RowOutcome[]): OutcomeCounts {
  const counts = noOutcomes();
  for (const outcome of outcomes) {
    switch (outcome.kind) {
      case 'created':
      case 'changed':
        counts.attributes++;
        break;
      case 'unchanged':
        counts.duplicates++;
        break;
      case 'rejected':
        if (outcome.reason === 'stale' || outcome.reason === 'suppressed') counts[outcome.reason]++;
        break;
      default:
        outcome satisfies never;
    }
  }
  return counts;
}
