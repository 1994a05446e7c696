import type { AppliedMessages } from './fold.js';
import { IDENTITY_BYTES, unpackIdentities, type Identity } from '../message/message-identity.js';

/** The first segment of a customer begins with it. */
export const LOWEST = new Uint8Array(0);

/** Identities of one customer, packed and sorted: those from `first` (bytes; {@link LOWEST} for the lowest) up to the next segment's. */
export interface IdentitySegment {
  readonly first: Uint8Array;
  readonly identities: Uint8Array;
}

/** A segment, and those of the identities asked for that belong to it: also packed and sorted, each once. */
export interface OpenedSegment extends IdentitySegment {
  readonly wanted: Uint8Array;
}

/** The applied messages of one customer, as far as they were asked for. Either all are added, or one after the other. */
export class CustomerMessages implements AppliedMessages {
  /** How many of those asked for were applied before. */
  readonly known: number;
  private readonly withAll: IdentitySegment[] = [];
  private home: Map<Identity, OpenedSegment> | undefined;
  private readonly added = new Map<OpenedSegment, Set<Identity>>();

  /** @param segments in order, each with something that is wanted */
  constructor(private readonly segments: readonly OpenedSegment[]) {
    let known = 0;
    for (const { first, identities, wanted } of segments) {
      const { merged, common } = mergePacked(identities, wanted);
      this.withAll.push({ first, identities: merged });
      known += common;
    }
    this.known = known;
  }

  has(identity: Identity): boolean {
    const segment = this.segment(identity);
    return this.added.get(segment)?.has(identity) === true || containsIdentity(segment.identities, identity);
  }

  add(identity: Identity): void {
    const segment = this.segment(identity);
    const added = this.added.get(segment);
    if (added) added.add(identity);
    else this.added.set(segment, new Set([identity]));
  }

  /** The segments as they are now, of any size: with what was added, or, where nothing was added by itself, with all that was asked for. */
  *changed(): Generator<IdentitySegment> {
    if (!this.home) yield* this.withAll;
    for (const [{ first, identities }, added] of this.added) {
      yield { first, identities: mergePacked(identities, packIdentities([...added].sort())).merged };
    }
  }

  private segment(identity: Identity): OpenedSegment {
    this.home ??= new Map(
      this.segments.flatMap((segment) => unpackIdentities(segment.wanted).map((wanted) => [wanted, segment])),
    );
    const segment = this.home.get(identity);
    if (!segment) throw new Error('This identity was not among those that were opened.');
    return segment;
  }
}

/**
 * Cuts a segment that has become too large.
 * @param most identities of one segment
 * @param filled about how many each part gets when it is cut
 */
export function* splitSegment(
  { first, identities }: IdentitySegment,
  most: number,
  filled: number,
): Generator<IdentitySegment> {
  const count = identities.length / IDENTITY_BYTES;
  const step = count <= most ? Math.max(count, 1) : Math.ceil(count / Math.ceil(count / filled));
  for (let at = 0; at < count; at += step) {
    const part = identities.subarray(at * IDENTITY_BYTES, (at + step) * IDENTITY_BYTES);
    yield { first: at === 0 ? first : part.subarray(0, IDENTITY_BYTES), identities: part };
  }
}

/** The most significant byte first. */
function packIdentities(identities: readonly Identity[]): Uint8Array {
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
 * Merges two packed lists, which may share identities.
 * @returns all of them, each once, and how many are in both
 */
export function mergePacked(a: Uint8Array, b: Uint8Array): { readonly merged: Uint8Array; readonly common: number } {
  if (a.length === 0) return { merged: b, common: 0 };
  const merged = new Uint8Array(a.length + b.length);
  const to = viewOf(merged);
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
  return { merged: merged.subarray(0, at), common: (merged.length - at) / IDENTITY_BYTES };
}

/** Where in a packed list the first identity is that is not less than the one at the beginning of `bound`, from `start` on; in bytes. */
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
