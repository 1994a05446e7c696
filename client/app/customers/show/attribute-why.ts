import { ChangeDetectionStrategy, Component, effect, inject, input, signal, untracked } from '@angular/core';
import { Subscription } from 'rxjs';

import { Problem, readProblem } from '../../core/problem';
import { Moment } from '../../ui/moment';
import { Skeleton } from '../../ui/skeleton';
import { TimelineEntry, Why } from '../model/timeline';
import { TimelineClient } from '../wire/timeline-client';
import { TimelineEntryView } from './timeline-entry';

/** Entries that are shown before the reader asks for all. */
const AT_FIRST = 3;

type WhyState =
  | { readonly kind: 'loading' }
  | { readonly kind: 'error'; readonly problem: Problem }
  | { readonly kind: 'ready'; readonly why: Why };

/** Says what set the value of an attribute, and what it won over. It asks when it is opened. */
@Component({
  selector: 'app-attribute-why',
  imports: [Moment, Skeleton, TimelineEntryView],
  template: `
    @let now = state();
    @switch (now.kind) {
      @case ('loading') {
        <app-skeleton [lines]="2" />
      }
      @case ('error') {
        <p role="alert">{{ now.problem.message }}</p>
      }
      @case ('ready') {
        <p class="when">
          <ng-container i18n>Set <app-moment [seconds]="secondsOf(now.why.time)" [distance]="true" /></ng-container>
        </p>
        @if (now.why.entry; as entry) {
          <app-timeline-entry [id]="id()" [entry]="entry" [only]="name()" [withDay]="true" />
        } @else {
          <p class="muted" i18n>The message that set it is no longer kept.</p>
        }
        @if (now.why.won_over.length > 0) {
          <p class="won" i18n>It won over</p>
          @for (entry of shown(now.why); track entry.entry) {
            <app-timeline-entry [id]="id()" [entry]="entry" [only]="name()" [withDay]="true" />
          }
          @if (now.why.won_over.length > shown(now.why).length) {
            <button type="button" class="link-button" (click)="all.set(true)" i18n>
              Show all {{ now.why.won_over.length }}
            </button>
          }
        }
      }
    }
  `,
  styles: `
    :host {
      display: grid;
      gap: var(--space-2);
      padding: var(--space-3);
      border-radius: var(--radius, 8px);
      background: var(--hover);
      font-size: 13px;
    }
    p {
      margin: 0;
    }
    .won {
      margin-block-start: var(--space-2);
      color: var(--ink-soft);
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class AttributeWhy {
  /** The id of the customer. */
  readonly id = input.required<string>();
  readonly name = input.required<string>();

  private readonly client = inject(TimelineClient);
  private request: Subscription | undefined;
  protected readonly all = signal(false);
  protected readonly state = signal<WhyState>({ kind: 'loading' });

  constructor() {
    effect(() => {
      const [id, name] = [this.id(), this.name()];
      untracked(() => this.load(id, name));
    });
  }

  protected shown({ won_over: entries }: Why): readonly TimelineEntry[] {
    return this.all() ? entries : entries.slice(0, AT_FIRST);
  }

  protected secondsOf(time: string): number {
    return Date.parse(time) / 1000;
  }

  private load(id: string, name: string): void {
    this.request?.unsubscribe();
    this.state.set({ kind: 'loading' });
    this.request = this.client.why(id, name).subscribe({
      next: (why) => this.state.set({ kind: 'ready', why }),
      error: (error: unknown) => this.state.set({ kind: 'error', problem: readProblem(error) }),
    });
  }
}
