import { NgTemplateOutlet } from '@angular/common';
import { ChangeDetectionStrategy, Component, computed, effect, inject, input, signal, untracked } from '@angular/core';
import { Router, RouterLink } from '@angular/router';
import { Subscription, catchError, forkJoin, map, throwError } from 'rxjs';

import { Announcer } from '../../core/announcer';
import { Connection } from '../../core/connection';
import { countText } from '../../core/count-text';
import { usePageTitle } from '../../core/page-title';
import { Problem, readProblem } from '../../core/problem';
import { useShortcuts } from '../../core/shortcuts';
import { Count } from '../../ui/count';
import { Moment } from '../../ui/moment';
import { Notice } from '../../ui/notice';
import { Skeleton } from '../../ui/skeleton';
import { ValueText } from '../../ui/value-text';
import { ComparedAttribute, ComparedEvent, compareAttributes, compareEvents } from '../model/comparison';
import { Customer } from '../model/customer';
import { addressOf } from '../model/customer-query';
import { Person } from '../model/person';
import { AttributeValue } from '../ui/attribute-value';
import { People } from '../state/people';
import { PinnedAttributes } from '../state/pinned-attributes';
import { ResultWalk } from '../state/result-walk';
import { Avatar } from '../ui/avatar';
import { CustomersClient } from '../wire/customers-client';

type State =
  | { readonly kind: 'loading' }
  | { readonly kind: 'error'; readonly id: string; readonly problem: Problem }
  | {
      readonly kind: 'ready';
      readonly sides: readonly [Customer, Customer];
      readonly attributes: readonly ComparedAttribute[];
      readonly events: readonly ComparedEvent[];
    };

/** The failure of one side. */
interface Failure {
  readonly id: string;
  readonly problem: Problem;
}

/** Two customers side by side, with what differs. The address names both. */
@Component({
  selector: 'app-compare',
  imports: [AttributeValue, Avatar, Count, Moment, NgTemplateOutlet, Notice, RouterLink, Skeleton, ValueText],
  templateUrl: './compare.html',
  styleUrl: './compare.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Compare {
  /** The ids, from the address. */
  readonly a = input.required<string>();
  readonly b = input.required<string>();

  private readonly client = inject(CustomersClient);
  private readonly people = inject(People);
  private readonly pins = inject(PinnedAttributes);
  private readonly walk = inject(ResultWalk);
  private readonly router = inject(Router);
  private readonly announcer = inject(Announcer);
  private request: Subscription | undefined;

  protected readonly only = signal(false);
  private readonly loaded = signal<readonly [Customer, Customer] | Failure | null>(null);
  protected readonly pair = computed(() => {
    const loaded = this.loaded();
    return loaded && !('problem' in loaded) ? loaded : null;
  });
  protected readonly state = computed((): State => {
    const [loaded, sides] = [this.loaded(), this.pair()];
    if (loaded && 'problem' in loaded) return { kind: 'error', ...loaded };
    if (!sides) return { kind: 'loading' };
    const attributes = compareAttributes(...sides, this.pins.names());
    return { kind: 'ready', sides, attributes, events: compareEvents(...sides) };
  });
  protected readonly listParams = computed(() => {
    const query = this.walk.query();
    return query ? addressOf(query) : {};
  });

  constructor() {
    const { recoveries } = inject(Connection);
    effect(() => {
      const ids = [this.a(), this.b()] as const;
      recoveries();
      untracked(() => this.load(...ids));
    });
    usePageTitle(
      () =>
        this.pair()
          ?.map((side) => this.people.of(side).name)
          .join(' – ') ?? null,
    );
    useShortcuts($localize`Comparison`, [
      {
        keys: 'Escape',
        label: $localize`Back to the customers`,
        run: () => void this.router.navigate(['/customers'], { queryParams: this.listParams() }),
      },
    ]);
  }

  protected personOf(side: Customer): Person {
    return this.people.of(side);
  }

  protected shown<T extends { readonly differs: boolean }>(rows: readonly T[]): readonly T[] {
    return this.only() ? rows.filter(({ differs }) => differs) : rows;
  }

  protected differText(rows: readonly { readonly differs: boolean }[]): string {
    const differ = countText(rows.filter(({ differs }) => differs).length);
    return $localize`${differ}:differ: of ${countText(rows.length)}:count: differ`;
  }

  protected again(): void {
    this.load(this.a(), this.b());
  }

  private load(...ids: readonly [string, string]): void {
    this.request?.unsubscribe();
    this.loaded.set(null);
    this.request = forkJoin([this.read(ids[0]), this.read(ids[1])]).subscribe({
      next: (sides) => {
        this.loaded.set(sides);
        this.announcer.announce($localize`Both customers loaded`);
      },
      error: (failure: Failure) => this.loaded.set(failure),
    });
  }

  private read(id: string) {
    return this.client.read(id).pipe(
      map(({ customer }) => customer),
      catchError((error: unknown) => throwError((): Failure => ({ id, problem: readProblem(error) }))),
    );
  }
}
