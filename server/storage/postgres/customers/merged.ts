import type { FreshCustomer } from '../../../domain/customer/partial-customer.js';
import type { VerdictCounts } from '../../../domain/customer/fold.js';
import { countFresh } from '../../../domain/customer/merge.js';
import { Statistics } from '../../../domain/customer/statistics.js';
import { position } from './row.js';

/** What a merge has done within its transaction, apart from the rows. */
export class Merged {
  readonly verdicts: VerdictCounts = { event: 0, attributes: 0, duplicate: 0, stale: 0 };
  readonly statistics = new Statistics();
  /** The positions of the customers that were not there before. */
  readonly arrived: string[] = [];
  /** Customers to which this ingestion had applied nothing before. */
  touched = 0;

  /** A customer of whom nobody had heard. */
  addNewcomer(id: string, fresh: FreshCustomer): void {
    countFresh(this.verdicts, fresh);
    this.arrived.push(position(id));
    this.touched++;
  }
}
