import { Signal, inject, signal } from '@angular/core';

import { Arrival } from '../../core/arrival';
import { Problem } from '../../core/problem';
import { Customer } from '../model/customer';
import { CustomerQuery } from '../model/customer-query';
import { CustomerListStore } from '../state/customer-list-store';
import { Picked } from '../state/picked';
import { SegmentsStore } from '../state/segments-store';
import { DeleteCustomer } from '../ui/delete-customer';
import { wireSelection } from '../wire/selection';
import { Segment } from '../wire/segments-client';
import { BulkChoice } from './bulk-bar';
import type { ExportTask } from './export-dialog';
import { ListAddress } from './list-address';
import { LIST_TEXTS } from './list-controls';
import { ListDialogs } from './list-dialogs';
import { ListView } from './list-view';

/** Exports, bulk edits and deletions of customers of the list, and the choice of its columns. */
export class ListTasks {
  private readonly store = inject(CustomerListStore);
  private readonly segments = inject(SegmentsStore);
  private readonly dialogs = inject(ListDialogs);
  private readonly deletion = inject(DeleteCustomer);
  private readonly arrival = inject(Arrival);
  private readonly address = inject(ListAddress);

  readonly failure = signal<{ readonly heading: string; readonly problem: Problem } | null>(null);

  constructor(
    private readonly query: Signal<CustomerQuery>,
    private readonly picked: Picked,
    private readonly opened: Signal<Segment | null>,
    private readonly view: ListView,
  ) {}

  chooseColumns(): void {
    void this.dialogs.columns();
  }

  exportAll(): void {
    void this.dialogs.export({
      count: this.view.total(),
      selection: wireSelection(this.query()),
      ...this.named(),
      ...this.known(),
    });
  }

  async bulk(does: BulkChoice): Promise<void> {
    const task = { count: this.picked.count(), selection: this.picked.selection(this.query()), ...this.known() };
    if (does === 'compare') {
      this.address.compare(task.selection.ids ?? []);
      return;
    }
    if (does === 'export') return this.dialogs.export({ ...task, ...this.named() });
    if (!(await this.dialogs.bulk({ does, ...task }))) return;
    this.picked.clear();
    this.store.clear();
    this.reload();
    // The button that had the focus goes with the selection.
    this.arrival.focusHeading();
    void this.segments.load();
  }

  async remove(customer: Customer): Promise<void> {
    this.failure.set(null);
    const deletion = await this.deletion.ask(customer, null);
    if (deletion.kind === 'failed') this.failure.set({ heading: LIST_TEXTS.kept, problem: deletion.problem });
    if (deletion.kind === 'kept') return;
    this.reload();
    // The button that had the focus goes with its row.
    if (deletion.kind === 'deleted') this.arrival.focusHeading();
  }

  reload(): void {
    this.store.load(this.query());
  }

  private named(): Pick<ExportTask, 'segment'> {
    const segment = this.opened();
    return segment ? { segment: segment.name } : {};
  }

  /** Says that the notice about the log is on the screen, if it is. */
  private known(): { isIncomplete?: true } {
    return this.view.incompleteSince() === null ? {} : { isIncomplete: true };
  }
}
