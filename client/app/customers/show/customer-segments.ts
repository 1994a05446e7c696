import { ChangeDetectionStrategy, Component, effect, inject, input, signal, untracked } from '@angular/core';
import { Params, RouterLink } from '@angular/router';
import { Subscription } from 'rxjs';

import { Customer } from '../model/customer';
import { writeQuery } from '../model/customer-query';
import { Segment, SegmentsClient } from '../wire/segments-client';

interface Link {
  readonly id: number;
  readonly name: string;
  readonly params: Params;
}

/** The segments that a customer is in, as links to their lists. Nothing is shown while there is none, or they are not known. */
@Component({
  selector: 'app-customer-segments',
  imports: [RouterLink],
  template: `
    @if (links().length > 0) {
      <h2 id="customer-segments" i18n>Segments</h2>
      <ul aria-labelledby="customer-segments" data-testid="customer-segments">
        @for (segment of links(); track segment.id) {
          <li>
            <a class="chip" routerLink="/customers" [queryParams]="segment.params"
              ><bdi>{{ segment.name }}</bdi></a
            >
          </li>
        }
      </ul>
    }
  `,
  styles: `
    h2 {
      margin-block: var(--space-4) var(--space-2);
    }
    ul {
      display: flex;
      flex-wrap: wrap;
      gap: var(--space-2);
      margin: 0;
      padding: 0;
      list-style: none;
    }
    a {
      text-decoration: none;
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class CustomerSegments {
  readonly id = input.required<string>();
  /** The record on the screen. A new version of it may be in other segments. */
  readonly customer = input<Customer>();

  private readonly client = inject(SegmentsClient);
  private request: Subscription | undefined;
  protected readonly links = signal<readonly Link[]>([]);

  constructor() {
    effect(() => {
      const id = this.id();
      this.customer();
      untracked(() => this.load(id));
    });
  }

  private load(id: string): void {
    this.request?.unsubscribe();
    this.request = this.client.ofCustomer(id).subscribe({
      next: (segments) => this.links.set(segments.map(linkOf)),
      error: () => this.links.set([]),
    });
  }
}

function linkOf(segment: Segment): Link {
  return { id: segment.id, name: segment.name, params: { ...writeQuery(segment), segment: segment.id } };
}
