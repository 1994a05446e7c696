import { ChangeDetectionStrategy, Component, effect, inject, input, output, untracked } from '@angular/core';

import { Customer } from '../model/customer';
import { EventTimesClient } from '../wire/event-times-client';
import { EventTimes } from '../model/event-times';

/** Reads when each event of a customer came first and last. Shows nothing: its code and its request come late, behind those of the page. */
@Component({
  selector: 'app-event-times',
  template: '',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class EventTimesReader {
  readonly id = input.required<string>();
  /** The record on the screen. A new version of it may have other events. */
  readonly customer = input<Customer>();
  /** The times by the name of the event; without those that are not known. */
  readonly known = output<ReadonlyMap<string, EventTimes>>();

  private readonly client = inject(EventTimesClient);

  constructor() {
    effect((onCleanup) => {
      const id = this.id();
      this.customer();
      untracked(() => {
        const request = this.client.of(id).subscribe({
          next: (times) => this.known.emit(times),
          error: () => this.known.emit(new Map()),
        });
        onCleanup(() => request.unsubscribe());
      });
    });
  }
}
