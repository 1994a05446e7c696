import { LiveAnnouncer } from '@angular/cdk/a11y';
import {
  ChangeDetectionStrategy,
  Component,
  ElementRef,
  Injector,
  afterNextRender,
  computed,
  effect,
  inject,
  input,
  signal,
  untracked,
} from '@angular/core';
import { toObservable, toSignal } from '@angular/core/rxjs-interop';
import { ReactiveFormsModule } from '@angular/forms';
import { MatButton } from '@angular/material/button';
import { Router, RouterLink } from '@angular/router';
import { switchMap } from 'rxjs';

import { Problem } from '../../core/problem';
import { EmptyState } from '../../ui/empty-state';
import { Notice } from '../../ui/notice';
import { Skeleton } from '../../ui/skeleton';
import { Toast } from '../../ui/toast';
import { MayHoldChanges } from '../../ui/unsaved-changes';
import { DraftRow, RowChange, changeOf, changesOf, rebase } from '../data/attribute-draft';
import { attributesForm, showProblems } from '../data/attribute-form';
import { CustomerStore } from '../data/customer-store';
import { sortProblem } from '../data/refusals';
import { CustomerVersion } from '../data/customer';
import { AttributeEditor } from '../ui/attribute-editor';
import { Refusal } from '../ui/attribute-row';
import { focusFirstInvalid } from '../ui/focus-first-invalid';

type Saving =
  | { readonly kind: 'idle' }
  | { readonly kind: 'saving' }
  /** Someone else saved first; everything typed is still here. */
  | { readonly kind: 'conflict' }
  /** The fresh record was loaded below the edits; these names were changed on both sides. */
  | { readonly kind: 'rebased'; readonly conflicts: readonly string[] }
  | { readonly kind: 'failed'; readonly problem: Problem; readonly others: readonly string[] };

@Component({
  selector: 'app-customer-edit',
  imports: [RouterLink, ReactiveFormsModule, MatButton, AttributeEditor, EmptyState, Notice, Skeleton],
  templateUrl: './customer-edit.html',
  host: { '(window:beforeunload)': 'warnBeforeUnload($event)' },
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class CustomerEdit implements MayHoldChanges {
  /** From the address, decoded. */
  readonly id = input.required<string>();

  private readonly store = inject(CustomerStore);
  private readonly router = inject(Router);
  private readonly toast = inject(Toast);
  private readonly announcer = inject(LiveAnnouncer);
  private readonly injector = inject(Injector);
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef);

  protected readonly form = signal(attributesForm());
  /** The version that the edits stand on. */
  private readonly base = signal<CustomerVersion | null>(null);
  protected readonly saving = signal<Saving>({ kind: 'idle' });
  protected readonly refusals = signal<ReadonlyMap<string, Refusal>>(new Map());
  private readonly event = toSignal(toObservable(this.form).pipe(switchMap((form) => form.events)));

  /** The store's state until the first record is here; from then on the form stays, whatever happens. */
  protected readonly view = computed(() => (this.base() ? { kind: 'ready' as const } : this.loading()));
  private readonly loading = computed(() => {
    const state = this.store.state();
    return state.kind === 'ready' || state.id !== this.id() ? { kind: 'loading' as const } : state;
  });

  private readonly rows = computed<DraftRow[]>(() => {
    this.event();
    return this.form().getRawValue();
  });
  private readonly changed = computed(() =>
    this.rows()
      .map(changeOf)
      .filter((change) => change !== 'none'),
  );
  protected readonly summary = computed(() => summaryOf(this.changed()));

  constructor() {
    effect(() => {
      const id = this.id();
      untracked(() => void this.open(id));
    });
  }

  hasUnsavedChanges(): boolean {
    return this.changed().length > 0;
  }

  protected async save(): Promise<void> {
    if (this.saving().kind === 'saving') return;
    showProblems(this.form());
    if (this.form().invalid) {
      afterNextRender({ read: () => this.refuse() }, { injector: this.injector });
      return;
    }
    const base = this.base();
    const rows = this.rows();
    const changes = changesOf(rows);
    if (!base || Object.keys(changes).length === 0) return this.leave('Nothing to save');
    this.saving.set({ kind: 'saving' });
    const saved = await this.store.update(this.id(), changes, base.etag);
    if (saved.ok) {
      this.adopt(saved.value);
      return this.leave('Changes saved');
    }
    if (saved.problem.status === 412) this.saving.set({ kind: 'conflict' });
    else this.fail(saved.problem, rows);
  }

  /** Loads the other person's version and keeps the edits on top of it. */
  protected async reloadTheirs(): Promise<boolean> {
    this.saving.set({ kind: 'saving' });
    const state = await this.store.load(this.id());
    switch (state.kind) {
      case 'ready':
        this.saving.set({ kind: 'rebased', conflicts: this.adopt(state.version) });
        return true;
      case 'error':
        this.fail(state.problem, this.rows());
        return false;
      case 'missing':
        this.fail({ status: 404, code: 'customer_not_found', message: GONE, details: [] }, this.rows());
        return false;
      case 'loading':
        return false;
      default:
        return state satisfies never;
    }
  }

  protected async saveOverTheirs(): Promise<void> {
    if (await this.reloadTheirs()) await this.save();
  }

  protected retry(): void {
    void this.open(this.id());
  }

  protected warnBeforeUnload(event: BeforeUnloadEvent): void {
    if (this.hasUnsavedChanges()) event.preventDefault();
  }

  private async open(id: string): Promise<void> {
    this.base.set(null);
    this.form.set(attributesForm());
    this.saving.set({ kind: 'idle' });
    const state = await this.store.load(id);
    if (id !== this.id()) return;
    if (state.kind === 'ready') this.adopt(state.version);
    void this.announcer.announce(
      state.kind === 'ready' ? `Customer ${id} loaded` : `Customer ${id} could not be loaded`,
    );
  }

  /** Makes a version the ground of the form; what was typed stays on top. Gives the names changed on both sides. */
  private adopt(version: CustomerVersion): readonly string[] {
    const { rows, conflicts } = rebase(this.rows(), version.customer.attributes);
    this.form.set(attributesForm(rows, this.form().controls));
    this.base.set(version);
    this.refusals.set(new Map());
    return conflicts;
  }

  private refuse(): void {
    const count = focusFirstInvalid(this.host.nativeElement);
    void this.announcer.announce(count === 1 ? 'One field needs attention' : `${count} fields need attention`);
  }

  private fail(problem: Problem, rows: readonly DraftRow[]): void {
    const values = new Map(rows.map((row) => [row.name, row.value]));
    const { attributes, others } = sortProblem(problem, new Set(values.keys()));
    this.refusals.set(
      new Map([...attributes].map(([name, message]) => [name, { message, value: values.get(name) ?? '' }])),
    );
    this.saving.set({ kind: 'failed', problem, others });
    if (attributes.size > 0) afterNextRender({ read: () => this.refuse() }, { injector: this.injector });
  }

  private async leave(message: string): Promise<void> {
    this.saving.set({ kind: 'idle' });
    void this.toast.show(message);
    await this.router.navigate(['/customers', this.id()]);
  }
}

const GONE = 'This customer was deleted meanwhile. What you typed is still here, but there is no record to save it to.';

function summaryOf(changes: readonly RowChange[]): string {
  const parts = (['added', 'changed', 'removed'] as const)
    .map((kind) => ({ kind, count: changes.filter((change) => change === kind).length }))
    .filter(({ count }) => count > 0)
    .map(({ kind, count }) => `${count} ${kind}`);
  return parts.length > 0 ? parts.join(', ') : 'No changes';
}
