import {
  ChangeDetectionStrategy,
  Component,
  DestroyRef,
  ElementRef,
  Injector,
  afterNextRender,
  computed,
  effect,
  inject,
  input,
  signal,
  untracked,
  viewChild,
} from '@angular/core';
import { FormControl, ReactiveFormsModule } from '@angular/forms';
import { Observable, Subscription, debounceTime, startWith, switchMap } from 'rxjs';

import { Announcer } from '../../core/announcer';
import { Connection } from '../../core/connection';
import { readProblem } from '../../core/problem';
import { SessionStore } from '../../core/session';
import { Count } from '../../ui/count';
import { Icon } from '../../ui/icon';
import { Labels, LabelsClient } from '../wire/labels-client';
import { NamesClient, ValueCount } from '../wire/names-client';

const TYPING_MS = 120;

/** The labels of a customer. Users who may write put labels on and take them away. */
@Component({
  selector: 'app-customer-labels',
  imports: [ReactiveFormsModule, Count, Icon],
  templateUrl: './customer-labels.html',
  styleUrl: './customer-labels.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class CustomerLabels {
  readonly id = input.required<string>();

  private readonly client = inject(LabelsClient);
  private readonly names = inject(NamesClient);
  private readonly session = inject(SessionStore);
  private readonly announcer = inject(Announcer);
  private readonly injector = inject(Injector);
  private readonly field = viewChild<ElementRef<HTMLElement>>('field');
  private readonly opener = viewChild<ElementRef<HTMLElement>>('opener');
  private request: Subscription | undefined;
  private suggestions: Subscription | undefined;

  protected readonly mayWrite = computed(() => this.session.may('write'));
  /** Null until they are known. */
  protected readonly labels = signal<Labels | null>(null);
  protected readonly isAdding = signal(false);
  protected readonly problem = signal<string | null>(null);
  /** Labels that other customers have, those of most customers first. */
  protected readonly known = signal<readonly ValueCount[]>([]);
  protected readonly text = new FormControl('', { nonNullable: true });

  constructor() {
    const connection = inject(Connection);
    effect(() => {
      const id = this.id();
      connection.recoveries();
      untracked(() => {
        this.request?.unsubscribe();
        this.labels.set(null);
        this.close();
        this.take(this.client.of(id));
      });
    });
    inject(DestroyRef).onDestroy(() => {
      this.request?.unsubscribe();
      this.suggestions?.unsubscribe();
    });
  }

  protected removeText(label: string): string {
    return $localize`Remove label ${label}:label:`;
  }

  protected open(): void {
    this.isAdding.set(true);
    this.suggestions = this.text.valueChanges
      .pipe(
        debounceTime(TYPING_MS),
        startWith(''),
        switchMap((text) => this.names.labels(text.trim())),
      )
      .subscribe((known) => this.known.set(known));
    this.focus(this.field);
  }

  protected add(event: Event): void {
    event.preventDefault();
    const label = this.text.value.trim();
    if (label === '') return;
    this.take(this.client.add(this.id(), label), () => {
      // The field stays for the next label.
      this.text.reset();
      this.announcer.announce($localize`Label ${label}:label: added`);
    });
  }

  protected remove(label: string): void {
    this.take(this.client.remove(this.id(), label), () => {
      this.announcer.announce($localize`Label ${label}:label: removed`);
      this.focus(this.isAdding() ? this.field : this.opener);
    });
  }

  /** Escape leaves the field, and not the page. */
  protected cancel(event: Event): void {
    event.stopPropagation();
    event.preventDefault();
    this.close();
    this.focus(this.opener);
  }

  private close(): void {
    this.suggestions?.unsubscribe();
    this.text.reset();
    this.problem.set(null);
    this.isAdding.set(false);
  }

  /** Shows the labels of an answer. A change that is under way is not broken off. */
  private take(labels: Observable<Labels>, done?: () => void): void {
    if (this.request?.closed === false) return;
    this.problem.set(null);
    this.request = labels.subscribe({
      next: (now) => {
        this.labels.set(now);
        done?.();
      },
      error: (error: unknown) => this.problem.set(readProblem(error).message),
    });
  }

  private focus(target: () => ElementRef<HTMLElement> | undefined): void {
    afterNextRender({ read: () => target()?.nativeElement.focus() }, { injector: this.injector });
  }
}
