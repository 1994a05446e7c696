import { CustomerRepository } from '../../server/domain/customer-repository.js';

/** Lets a test decide when a read that is under way arrives. */
export interface ReadGate {
  /** Holds back what the next read of one customer has found, until the returned function is called. */
  holdNextRead(): () => void;
  /** How often one customer was read. */
  readonly reads: number;
}

/** Puts a gate behind the reads of one customer. */
export function gateReads(customers: CustomerRepository): ReadGate {
  const read = customers.findJson.bind(customers);
  let held: Promise<void> | undefined;
  let reads = 0;
  customers.findJson = async (id) => {
    reads++;
    const wait = held;
    held = undefined;
    const found = await read(id);
    await wait;
    return found;
  };
  return {
    holdNextRead: () => {
      let release = (): void => undefined;
      held = new Promise((resolve) => {
        release = resolve;
      });
      return release;
    },
    get reads() {
      return reads;
    },
  };
}
