import type { CustomerRepository } from '../../server/domain/customer/customer-repository.js';

/** A read that has found something, and not yet arrived. */
export interface HeldRead {
  /** Resolves when it has found it. */
  readonly found: Promise<void>;
  /** Lets it arrive. */
  release(): void;
}

/** Lets a test decide when a read that is under way arrives. */
export interface ReadGate {
  /** Holds back what the next read of one customer will have found. */
  holdNextRead(): HeldRead;
  /** How often one customer was read. */
  readonly reads: number;
}

function signal(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}

/** Puts a gate behind the reads of one customer. */
export function gateReads(customers: CustomerRepository): ReadGate {
  const read = customers.getJson.bind(customers);
  let next: { found: () => void; released: Promise<void> } | undefined;
  let reads = 0;
  customers.getJson = async (id) => {
    reads++;
    const held = next;
    next = undefined;
    const json = await read(id);
    held?.found();
    await held?.released;
    return json;
  };
  return {
    holdNextRead: () => {
      const [found, released] = [signal(), signal()];
      next = { found: found.resolve, released: released.promise };
      return { found: found.promise, release: released.resolve };
    },
    get reads() {
      return reads;
    },
  };
}
