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
  viewChild,
} from '@angular/core';
import { ReactiveFormsModule } from '@angular/forms';
import { Router, RouterLink } from '@angular/router';

import { Announcer } from '../../core/announcer';
import { Connection } from '../../core/connection';
import { Problem } from '../../core/problem';
import { useShortcuts } from '../../core/shortcuts';
import { EmptyState } from '../../ui/empty-state';
import { Notice } from '../../ui/notice';
import { Skeleton } from '../../ui/skeleton';
import { Toast } from '../../ui/toast';
import { MayHoldChanges } from '../../ui/unsaved-changes';
import { Conflict, DraftRow, changeOf, changesOf } from '../model/attribute-draft';
import { showProblems } from '../state/attribute-form';
import { CustomerStore } from '../state/customer-store';
import { EditSession, Side } from '../state/edit-session';
import { AttributeEditor } from '../ui/attribute-editor';
import { focusFirstInvalid, needAttention } from '../ui/focus-first-invalid';
import { RestoredDraft } from '../ui/restored-draft';
import { SaveBar } from '../ui/save-bar';
import { showNotice } from '../ui/show-notice';
import { ChangeList } from './change-list';
import { summaryOf } from './change-summary';
import { Choice, ConflictPanel } from './conflict-panel';
import { EditHead } from './edit-head';
import { BACK, GONE, Saving, isAway } from './saving';

@Component({
  selector: 'app-customer-edit',
  imports: [
    RouterLink,
    ReactiveFormsModule,
    AttributeEditor,
    ChangeList,
    ConflictPanel,
    EditHead,
    EmptyState,
    Notice,
    RestoredDraft,
    SaveBar,
    Skeleton,
  ],
  templateUrl: './customer-edit.html',
  styleUrl: './customer-edit.scss',
  providers: [EditSession],
  host: { '(window:beforeunload)': 'warnBeforeUnload($event)' },
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class CustomerEdit implements MayHoldChanges {
  /** From the address, decoded. */
  readonly id = input.required<string>();

  private readonly session = inject(EditSession);
  private readonly connection = inject(Connection);
  private readonly store = inject(CustomerStore);
  private readonly router = inject(Router);
  private readonly toast = inject(Toast);
  private readonly announcer = inject(Announcer);
  private readonly injector = inject(Injector);
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef);
  private readonly editor = viewChild(AttributeEditor);

  protected readonly form = this.session.form;
  protected readonly rows = this.session.rows;
  protected readonly saving = signal<Saving>({ kind: 'idle' });
  /** Time of the restored draft, in seconds since the Unix epoch; null without one. */
  protected readonly restored = signal<number | null>(null);
  protected readonly sides = signal<ReadonlyMap<string, Side>>(new Map());
  protected readonly refusals = this.session.refusals;

  /** The state of the store until the first record has arrived. From then on the form stays. */
  protected readonly view = computed(() => (this.session.base() ? { kind: 'ready' as const } : this.loading()));
  private readonly loading = computed(() => {
    const state = this.store.state();
    return state.kind === 'ready' || state.id !== this.id() ? { kind: 'loading' as const } : state;
  });
  protected readonly summary = computed(() => summaryOf(this.session.changed().map(changeOf)));

  constructor() {
    effect(() => {
      const id = this.id();
      untracked(() => void this.open(id));
    });
    effect(() => {
      // A message that the server is away is old when it is back; what was typed is still to be saved.
      this.connection.recoveries();
      untracked(() => {
        const saving = this.saving();
        if (saving.kind === 'failed' && isAway(saving.problem))
          this.saving.set({ ...saving, problem: { ...saving.problem, code: 'recovered', message: BACK } });
      });
    });
    effect(() => {
      // Loads again when the server is back.
      if (this.connection.recoveries() > 0 && untracked(this.view).kind === 'error') untracked(() => this.retry());
    });
    useShortcuts($localize`Edit`, [
      {
        keys: 'mod+s',
        label: $localize`Save`,
        inFields: true,
        run: () => void (this.session.base() && this.save()),
      },
      // Never the search of the list, which would leave the page.
      { keys: '/', label: $localize`Find an attribute`, run: () => this.editor()?.focusFind() },
      { keys: 'Escape', label: $localize`Leave`, inFields: true, run: (event) => this.escape(event) },
    ]);
  }

  hasUnsavedChanges(): boolean {
    return this.session.hasChanges() || this.holdsPasted();
  }

  discardChanges(): void {
    this.session.discard();
  }

  protected async save(): Promise<void> {
    if (this.saving().kind === 'saving' || this.editor()?.takePasted() === false) return;
    if (!this.isValid()) return;
    const base = this.session.base();
    const rows = this.rows();
    const changes = changesOf(rows);
    if (!base || Object.keys(changes).length === 0) return this.leave($localize`Nothing to save`);
    this.saving.set({ kind: 'saving' });
    const saved = await this.store.update(this.id(), changes, base.etag);
    if (saved.ok) {
      this.session.adopt(this.id(), saved.value);
      return this.leave($localize`Changes saved`);
    }
    if (saved.problem.status === 412) await this.compare();
    else this.fail(saved.problem, rows);
  }

  /** Creates a customer that was deleted meanwhile, with all attributes of the form. Nothing that came back since is overwritten. */
  protected async createAgain(): Promise<void> {
    if (!this.isValid()) return;
    this.saving.set({ kind: 'saving' });
    const rows = this.rows();
    const kept = rows.filter((row) => !row.removed).map((row) => ({ ...row, original: null }));
    const saved = await this.store.create(this.id(), changesOf(kept));
    if (!saved.ok) {
      if (saved.problem.status === 412) await this.compare();
      else this.fail(saved.problem, rows);
      return;
    }
    this.session.adopt(this.id(), saved.value);
    return this.leave($localize`Customer created`);
  }

  protected choose({ conflict, side }: Choice): void {
    this.session.choose(conflict, side);
    this.sides.update((sides) => new Map(sides).set(conflict.name, side));
  }

  protected reveal(name: string): void {
    this.editor()?.reveal(name);
  }

  protected dropDraft(): void {
    this.session.discard();
    void this.open(this.id());
  }

  protected retry(): void {
    void this.open(this.id());
  }

  keepsDraft(): boolean {
    return this.session.isKept() && !this.holdsPasted();
  }

  protected warnBeforeUnload(event: BeforeUnloadEvent): void {
    if (this.hasUnsavedChanges() && !this.keepsDraft()) event.preventDefault();
  }

  private holdsPasted(): boolean {
    return this.editor()?.holdsPasted() ?? false;
  }

  /** Escape first clears a search field. */
  private escape({ target }: KeyboardEvent): boolean {
    if (target instanceof HTMLInputElement && target.type === 'search' && target.value !== '') return false;
    void this.router.navigate(['/customers', this.id()]);
    return true;
  }

  private async open(id: string): Promise<void> {
    this.session.reset();
    this.saving.set({ kind: 'idle' });
    this.restored.set(null);
    const state = await this.store.load(id);
    if (id !== this.id()) return;
    if (state.kind === 'ready') {
      const { restored, conflicts, others } = this.session.begin(id, state.version);
      for (const row of this.form().controls) if (changeOf(row.getRawValue()) !== 'none') row.markAllAsTouched();
      this.restored.set(restored);
      this.showConflict(conflicts, others);
    }
    const loaded = $localize`Customer ${id}:id: loaded`;
    const failed = $localize`Customer ${id}:id: could not be loaded`;
    this.announcer.announce(state.kind === 'ready' ? loaded : failed);
  }

  /** Loads the version of the other user, puts the edits on top of it and shows the conflicts. */
  private async compare(): Promise<void> {
    const state = await this.store.load(this.id());
    switch (state.kind) {
      case 'ready': {
        const { conflicts, others } = this.session.adopt(this.id(), state.version);
        this.saving.set({ kind: 'conflict', conflicts, others });
        this.sides.set(new Map());
        showNotice(this.host.nativeElement, this.injector);
        return;
      }
      case 'error':
        this.fail(state.problem, this.rows());
        return;
      case 'missing':
      case 'suppressed':
        this.fail({ status: 404, code: 'customer_not_found', message: GONE, details: [] }, this.rows());
        return;
      case 'loading':
        return;
      default:
        state satisfies never;
    }
  }

  private showConflict(conflicts: readonly Conflict[], others: readonly string[]): void {
    if (conflicts.length > 0) this.saving.set({ kind: 'conflict', conflicts, others });
    this.sides.set(new Map());
  }

  /** Tells whether the form can be sent. Shows what is wrong with it. */
  private isValid(): boolean {
    this.editor()?.showAll();
    showProblems(this.form());
    if (this.form().invalid) afterNextRender({ read: () => this.refuse() }, { injector: this.injector });
    return this.form().valid;
  }

  private refuse(): void {
    this.announcer.announce(needAttention(focusFirstInvalid(this.host.nativeElement)));
  }

  private fail(problem: Problem, sent: readonly DraftRow[]): void {
    const { attributes, others } = this.session.refuse(problem, sent);
    this.saving.set({ kind: 'failed', problem, others });
    if (attributes.size > 0) afterNextRender({ read: () => this.refuse() }, { injector: this.injector });
    else showNotice(this.host.nativeElement, this.injector);
  }

  private async leave(message: string): Promise<void> {
    this.saving.set({ kind: 'idle' });
    void this.toast.show(message);
    await this.router.navigate(['/customers', this.id()]);
  }
}
