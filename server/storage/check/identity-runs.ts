import { IDENTITY_BYTES } from '../../domain/message/message-identity.js';
import type { Differences } from './differences.js';

/** Checks that the identities of each customer are sorted and unique over all its runs. Runs come in the order of their keys. */
export class IdentityRuns {
  private id: string | undefined;
  private last: Uint8Array = new Uint8Array(0);

  constructor(private readonly differences: Differences) {}

  take(id: string, first: Uint8Array, identities: Uint8Array): void {
    const start = Buffer.from(first.buffer, first.byteOffset, first.byteLength);
    const packed = Buffer.from(identities.buffer, identities.byteOffset, identities.byteLength);
    const isNew = id !== this.id;
    this.id = id;
    if (isNew && start.length > 0) this.differences.add(id, 'a run from the lowest identity on', 'none');
    if (packed.length === 0 || packed.length % IDENTITY_BYTES !== 0) {
      this.differences.add(id, `whole identities of ${IDENTITY_BYTES} bytes`, `a run of ${packed.length} bytes`);
      return;
    }
    if ((!isNew && Buffer.compare(this.last, start) >= 0) || start.compare(packed, 0, IDENTITY_BYTES) > 0)
      this.differences.add(id, 'runs that do not overlap', 'a run with an identity of another one');
    for (let at = IDENTITY_BYTES; at < packed.length; at += IDENTITY_BYTES) {
      if (packed.compare(packed, at, at + IDENTITY_BYTES, at - IDENTITY_BYTES, at) < 0) continue;
      this.differences.add(id, 'sorted identities, each once', 'a repeated or misplaced identity');
      break;
    }
    this.last = packed.subarray(-IDENTITY_BYTES);
  }
}
