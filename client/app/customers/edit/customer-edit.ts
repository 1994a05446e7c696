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
import { useShortcuts } from '../../core/shortcuts';
import { EmptyState } from '../../ui/empty-state';
import { Notice } from '../../ui/notice';
import { Skeleton } from '../../ui/skeleton';
import { Toast } from '../../ui/toast';
import { MayHoldChanges } from '../../ui/unsaved-changes';
import { changeOf, changesOf } from '../model/attribute-draft';
import { showProblems } from '../state/attribute-form';
import { CustomerStore } from '../state/customer-store';
import { EditSession } from '../state/edit-session';
import { AttributeEditor } from '../ui/attribute-editor';
import { focusFirstInvalid, needAttention } from '../ui/focus-first-invalid';
import { RestoredDraft } from '../ui/restored-draft';
import { SaveBar } from '../ui/save-bar';
import { showNotice } from '../ui/show-notice';
import { UndoToast } from '../ui/undo-toast';
import { ChangeList } from './change-list';
import { summaryOf } from './change-summary';
import { ConflictPanel } from './conflict-panel';
import type { Choice } from './conflict-panel';
import { EditHead } from './edit-head';
import { SaveEnd, Saving } from './saving';

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
  providers: [EditSession, Saving],
  host: { '(window:beforeunload)': 'warnBeforeUnload($event)' },
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class CustomerEdit implements MayHoldChanges {
  /** From the address, decoded. */
  readonly id = input.required<string>();

  private readonly session = inject(EditSession);
  private readonly edits = inject(Saving);
  private readonly store = inject(CustomerStore);
  private readonly router = inject(Router);
  private readonly toast = inject(Toast);
  private readonly undo = inject(UndoToast);
  private readonly announcer = inject(Announcer);
  private readonly injector = inject(Injector);
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef);
  private readonly editor = viewChild(AttributeEditor);

  protected readonly form = this.session.form;
  protected readonly rows = this.session.rows;
  protected readonly saving = this.edits.state;
  /** Time of the restored draft, in seconds since the Unix epoch; null without one. */
  protected readonly restored = signal<number | null>(null);
  protected readonly sides = this.edits.sides;
  protected readonly refusals = this.session.refusals;

  /** The state of the store until the first record has arrived. From then on the form stays. */
  protected readonly view = computed(() => (this.session.base() ? { kind: 'ready' as const } : this.loading()));
  private readonly loading = computed(() => {
    const state = this.store.state();
    return state.kind === 'ready' || state.id !== this.id() ? { kind: 'loading' as const } : state;
  });
  protected readonly summary = computed(() => summaryOf(this.session.changed().map(changeOf)));

  constructor() {
    const connection = inject(Connection);
    effect(() => {
      const id = this.id();
      untracked(() => void this.open(id));
    });
    effect(() => {
      // Loads again when the server is back.
      if (connection.recoveries() > 0 && untracked(this.view).kind === 'error') untracked(() => this.retry());
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
    const [id, changes] = [this.id(), changesOf(this.rows())];
    if (!base || Object.keys(changes).length === 0) {
      this.announcer.announce($localize`No changes`);
      return;
    }
    return this.end(await this.edits.update(id, base.etag), () => this.undo.saved(id, changes));
  }

  /** Creates a customer that was deleted meanwhile. */
  protected async createAgain(): Promise<void> {
    if (!this.isValid()) return;
    return this.end(await this.edits.createAgain(this.id()), () => this.say($localize`Customer created`));
  }

  protected choose({ conflict, side }: Choice): void {
    this.edits.choose(conflict, side);
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
    this.edits.reset();
    this.restored.set(null);
    const state = await this.store.load(id);
    if (id !== this.id()) return;
    if (state.kind === 'ready') {
      const begun = this.session.begin(id, state.version);
      for (const row of this.form().controls) if (changeOf(row.getRawValue()) !== 'none') row.markAllAsTouched();
      this.restored.set(begun.restored);
      if (begun.conflicts.length > 0) this.edits.showConflict(begun);
    }
    const loaded = $localize`Customer ${id}:id: loaded`;
    const failed = $localize`Customer ${id}:id: could not be loaded`;
    this.announcer.announce(state.kind === 'ready' ? loaded : failed);
  }

  /** Tells whether the form can be sent. Shows what is wrong with it. */
  private isValid(): boolean {
    showProblems(this.form());
    if (this.form().invalid) this.refuse();
    return this.form().valid;
  }

  /** Leaves the page after a save, which is confirmed, or shows why there was none. */
  private async end(end: SaveEnd, confirm: () => void): Promise<void> {
    switch (end) {
      case 'saved':
        return this.leave(confirm);
      case 'refused':
        this.refuse();
        return;
      case 'notice':
        showNotice(this.host.nativeElement, this.injector);
        return;
      default:
        end satisfies never;
    }
  }

  private refuse(): void {
    const focus = (): void => this.announcer.announce(needAttention(focusFirstInvalid(this.host.nativeElement)));
    afterNextRender({ read: focus }, { injector: this.injector });
  }

  private say(message: string): void {
    void this.toast.show(message);
  }

  private async leave(confirm: () => void): Promise<void> {
    this.edits.reset();
    confirm();
    await this.router.navigate(['/customers', this.id()]);
  }
}
