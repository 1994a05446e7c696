import { ChangeDetectionStrategy, Component, inject, input } from '@angular/core';
import { toObservable, toSignal } from '@angular/core/rxjs-interop';
import { catchError, map, of, switchMap } from 'rxjs';

import { Moment } from '../../ui/moment';
import { TimelineEntry } from '../model/timeline';
import { EntrySourceText } from '../ui/entry-source';
import { TimelineClient } from '../wire/timeline-client';

/** The time and the origin of the last change of an attribute, from the log. Nothing if the log does not have it. */
@Component({
  selector: 'app-last-change',
  imports: [EntrySourceText, Moment],
  template: `
    @if (entry(); as last) {
      <span class="hint" data-testid="last-change"
        ><app-moment [seconds]="secondsOf(last)" />&ngsp;<app-entry-source [source]="last.source"
      /></span>
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class LastChange {
  /** The id of the customer. */
  readonly id = input.required<string>();
  readonly name = input.required<string>();

  private readonly client = inject(TimelineClient);
  protected readonly entry = toSignal(
    toObservable(this.name).pipe(
      switchMap((name) => this.client.page(this.id(), { kinds: ['edit', 'attributes'], name, since: '', until: '' })),
      map(({ entries }) => entries.at(0) ?? null),
      catchError(() => of(null)),
    ),
  );

  protected secondsOf({ time }: TimelineEntry): number {
    return Date.parse(time) / 1000;
  }
}
