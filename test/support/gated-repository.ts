import type { CustomerRepository } from '../../server/domain/customer/customer-repository.js';

/** A read whose result is held back. */
export interface HeldRead {
  /** Resolves when the database has answered. */
  readonly found: Promise<void>;
  /** Delivers the result. */
  release(): void;
}

/** Lets a test decide when the result of a read is delivered. */
export interface ReadGate {
  /** Holds back the result of the next read of one customer. */
  holdNextRead(): HeldRead;
  /** The number of reads of one customer. */
  readonly reads: number;
}

function signal(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}

/** Wraps a repository so that results of reads of one customer can be held back. */
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

/** Lets a test decide when live messages are committed. */
export interface AcceptGate {
  shut(): void;
  open(): void;
}

/** Wraps a repository so that the commits of live messages can be held back. */
export function gateAccepts(customers: CustomerRepository): AcceptGate {
  const accept = customers.accept.bind(customers);
  let shut: ReturnType<typeof signal> | undefined;
  customers.accept = async (messages, notes) => {
    await shut?.promise;
    return accept(messages, notes);
  };
  return {
    shut: () => (shut = signal()),
    open: () => shut?.resolve(),
  };
}
