import type { AppliedMessages } from './fold.js';
import { IDENTITY_BYTES, unpackIdentities, type Identity } from '../message/message-identity.js';

/** The `first` of the first run of every customer. */
export const LOWEST = new Uint8Array(0);

/**
 * A run of the identities of one customer, packed and sorted: from `first` (bytes; {@link LOWEST} for the first run) up to the `first`
 * of the next run.
 */
export interface IdentityRun {
  readonly first: Uint8Array;
  readonly identities: Uint8Array;
}

/** A run that may hold some of the identities of a batch. */
export interface OpenedRun extends IdentityRun {
  /** The identities of the batch that belong to this run, packed and sorted, each once. */
  readonly wanted: Uint8Array;
}

/**
 * The runs of one customer that may hold the identities of a batch. Either all identities of the batch count as added, or only
 * those passed to {@link add}.
 */
export class CustomerMessages implements AppliedMessages {
  private united: { readonly runs: readonly IdentityRun[]; readonly known: number } | undefined;
  /** The run of each identity, if there are several runs. */
  private home: Map<Identity, OpenedRun> | undefined;
  /** True once identities were asked for or added one by one. */
  private isEach = false;
  private readonly added = new Map<OpenedRun, Set<Identity>>();

  /** @param runs in order, each with at least one wanted identity */
  constructor(private readonly runs: readonly OpenedRun[]) {}

  /** Number of identities of the batch that were applied before. */
  get known(): number {
    return this.withAll.known;
  }

  /** The messages of a customer to whom none was applied before. @param identities packed and sorted, each once */
  static ofUnknown(identities: Uint8Array): CustomerMessages {
    return new CustomerMessages([{ first: LOWEST, identities: LOWEST, wanted: identities }]);
  }

  has(identity: Identity): boolean {
    const run = this.run(identity);
    return this.added.get(run)?.has(identity) === true || containsIdentity(run.identities, identity);
  }

  add(identity: Identity): void {
    const run = this.run(identity);
    const added = this.added.get(run);
    if (added) added.add(identity);
    else this.added.set(run, new Set([identity]));
  }

  /** The changed runs, of any size: with the identities passed to {@link add}, or, without any such call, with all of the batch. */
  changed(): readonly IdentityRun[] {
    if (!this.isEach) return this.withAll.runs;
    return [...this.added].map(([{ first, identities, wanted }, added]) => {
      const isAll = added.size * IDENTITY_BYTES === wanted.length;
      const { union } = unionPacked(identities, isAll ? wanted : packIdentities([...added].sort()));
      return { first, identities: union };
    });
  }

  /** The runs with all identities of the batch. Messages that are applied one by one do without. */
  private get withAll(): { readonly runs: readonly IdentityRun[]; readonly known: number } {
    if (this.united) return this.united;
    let known = 0;
    const runs = this.runs.map(({ first, identities, wanted }) => {
      const { union, common } = unionPacked(identities, wanted);
      known += common;
      return { first, identities: union };
    });
    return (this.united = { runs, known });
  }

  private run(identity: Identity): OpenedRun {
    this.isEach = true;
    if (this.runs.length === 1) return this.runs[0];
    this.home ??= new Map(this.runs.flatMap((run) => unpackIdentities(run.wanted).map((wanted) => [wanted, run])));
    const run = this.home.get(identity);
    if (!run) throw new Error('This identity belongs to none of the opened runs.');
    return run;
  }
}

/**
 * Cuts a run that has become too large.
 * @param most limit of one run, in identities
 * @param filled approximate size of the pieces, in identities
 */
export function* splitRun({ first, identities }: IdentityRun, most: number, filled: number): Generator<IdentityRun> {
  const count = identities.length / IDENTITY_BYTES;
  const step = count <= most ? Math.max(count, 1) : Math.ceil(count / Math.ceil(count / filled));
  for (let at = 0; at < count; at += step) {
    const piece = identities.subarray(at * IDENTITY_BYTES, (at + step) * IDENTITY_BYTES);
    yield { first: at === 0 ? first : piece.subarray(0, IDENTITY_BYTES), identities: piece };
  }
}

/** Packs identities, the most significant byte first. */
export function packIdentities(identities: readonly Identity[]): Uint8Array {
  const bytes = new Uint8Array(identities.length * IDENTITY_BYTES);
  let at = 0;
  for (const identity of identities) {
    for (let i = 0; i < identity.length; i++) {
      const unit = identity.charCodeAt(i);
      bytes[at++] = unit >>> 8;
      bytes[at++] = unit & 0xff;
    }
  }
  return bytes;
}

function containsIdentity(packed: Uint8Array, identity: Identity): boolean {
  let low = 0;
  let high = packed.length / IDENTITY_BYTES - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const order = compareAt(packed, middle * IDENTITY_BYTES, identity);
    if (order === 0) return true;
    if (order < 0) low = middle + 1;
    else high = middle - 1;
  }
  return false;
}

function compareAt(packed: Uint8Array, at: number, identity: Identity): number {
  for (let i = 0; i < identity.length; i++) {
    const order = ((packed[at + 2 * i] << 8) | packed[at + 2 * i + 1]) - identity.charCodeAt(i);
    if (order !== 0) return order;
  }
  return 0;
}

/**
 * Unites two packed and sorted lists.
 * @returns all identities, each once, and how many are in both lists
 */
function unionPacked(a: Uint8Array, b: Uint8Array): { readonly union: Uint8Array; readonly common: number } {
  if (a.length === 0) return { union: b, common: 0 };
  const union = new Uint8Array(a.length + b.length);
  const to = viewOf(union);
  const x = viewOf(a);
  const y = viewOf(b);
  let i = 0;
  let j = 0;
  let at = 0;
  for (; i < a.length || j < b.length; at += IDENTITY_BYTES) {
    const order = i === a.length ? 1 : j === b.length ? -1 : compareViews(x, i, y, j);
    if (order <= 0) copyIdentity(to, at, x, i);
    else copyIdentity(to, at, y, j);
    if (order <= 0) i += IDENTITY_BYTES;
    if (order >= 0) j += IDENTITY_BYTES;
  }
  return { union: union.subarray(0, at), common: (union.length - at) / IDENTITY_BYTES };
}

/** Finds the first identity from `start` (bytes) on that is not less than the one at the beginning of `bound`. @returns bytes */
export function lowerBound(packed: Uint8Array, bound: Uint8Array, start: number): number {
  const view = viewOf(packed);
  const other = viewOf(bound);
  let low = start / IDENTITY_BYTES;
  let high = packed.length / IDENTITY_BYTES;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareViews(view, middle * IDENTITY_BYTES, other, 0) < 0) low = middle + 1;
    else high = middle;
  }
  return low * IDENTITY_BYTES;
}

function compareViews(a: DataView, i: number, b: DataView, j: number): number {
  for (let at = 0; at < IDENTITY_BYTES; at += 4) {
    const order = a.getUint32(i + at) - b.getUint32(j + at);
    if (order !== 0) return order;
  }
  return 0;
}

function copyIdentity(to: DataView, at: number, from: DataView, start: number): void {
  for (let i = 0; i < IDENTITY_BYTES; i += 4) to.setUint32(at + i, from.getUint32(start + i));
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
