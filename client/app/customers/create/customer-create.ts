import {
  ChangeDetectionStrategy,
  Component,
  ElementRef,
  Injector,
  OnInit,
  afterNextRender,
  computed,
  inject,
  input,
  signal,
  viewChild,
} from '@angular/core';
import { takeUntilDestroyed, toSignal } from '@angular/core/rxjs-interop';
import { AbstractControl, FormControl, ReactiveFormsModule, ValidationErrors } from '@angular/forms';
import { Router, RouterLink } from '@angular/router';

import { Announcer } from '../../core/announcer';
import { Problem } from '../../core/problem';
import { useShortcuts } from '../../core/shortcuts';
import { FieldError } from '../../ui/field-error';
import { Notice } from '../../ui/notice';
import { Toast } from '../../ui/toast';
import { MayHoldChanges } from '../../ui/unsaved-changes';
import { DraftRow, changesOf } from '../model/attribute-draft';
import { RowForm, showProblems } from '../state/attribute-form';
import { RULE_TEXT, RuleCode, idProblem } from '../model/attribute-rules';
import { CustomerStore } from '../state/customer-store';
import { EditSession } from '../state/edit-session';
import { IdCheck } from '../state/id-check';
import { Refusal } from '../model/refusals';
import { AttributeEditor } from '../ui/attribute-editor';
import { DraftsButton } from '../ui/drafts-button';
import { focusFirstInvalid, needAttention } from '../ui/focus-first-invalid';
import { RestoredDraft } from '../ui/restored-draft';
import { SaveBar } from '../ui/save-bar';
import { showNotice } from '../ui/show-notice';

type Saving =
  | { readonly kind: 'idle' }
  | { readonly kind: 'saving' }
  /** A customer with this id exists. Nothing was overwritten. */
  | { readonly kind: 'exists'; readonly id: string }
  | { readonly kind: 'failed'; readonly problem: Problem; readonly others: readonly string[] };

@Component({
  selector: 'app-customer-create',
  imports: [RouterLink, ReactiveFormsModule, AttributeEditor, DraftsButton, FieldError, Notice, RestoredDraft, SaveBar],
  templateUrl: './customer-create.html',
  styleUrl: './customer-create.scss',
  providers: [EditSession],
  host: { '(window:beforeunload)': 'warnBeforeUnload($event)' },
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class CustomerCreate implements MayHoldChanges, OnInit {
  private readonly store = inject(CustomerStore);
  private readonly router = inject(Router);
  private readonly toast = inject(Toast);
  private readonly announcer = inject(Announcer);
  private readonly injector = inject(Injector);
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef);
  private readonly session = inject(EditSession);
  private readonly editor = viewChild.required(AttributeEditor);
  private readonly idField = viewChild.required<ElementRef<HTMLElement>>('idField');

  /** From the address: the id to begin with. */
  readonly newId = input('');

  protected readonly id = new FormControl('', { nonNullable: true, validators: idErrors });
  protected readonly form = this.session.form;
  protected readonly saving = signal<Saving>({ kind: 'idle' });
  /** Time of the restored draft, in seconds since the Unix epoch; null without one. */
  protected readonly restored = signal<number | null>(null);
  protected readonly refusals = this.session.refusals;
  private readonly idRefusal = signal<Refusal | null>(null);
  private readonly event = toSignal(this.id.events);
  /** The state of the id that is typed. */
  protected readonly idState = toSignal(inject(IdCheck).states(this.id.valueChanges), { initialValue: null });

  protected readonly idError = computed(() => {
    this.event();
    const code = idProblem(this.id.value);
    if (code && (this.id.dirty || this.id.touched)) return RULE_TEXT[code];
    const refusal = this.idRefusal();
    return refusal?.value === this.id.value ? refusal.message : null;
  });

  constructor() {
    this.begin();
    this.id.valueChanges.pipe(takeUntilDestroyed()).subscribe((id) => {
      this.session.newId.set(id);
      // The answer was about the id from before.
      if (this.saving().kind === 'exists') this.saving.set({ kind: 'idle' });
    });
    afterNextRender({ read: () => this.idField().nativeElement.focus({ preventScroll: true }) });
    useShortcuts($localize`New customer`, [
      { keys: 'mod+s', label: $localize`Create customer`, inFields: true, run: () => void this.create() },
      {
        keys: 'Escape',
        label: $localize`Leave`,
        inFields: true,
        run: () => void this.router.navigate(['/customers']),
      },
    ]);
  }

  ngOnInit(): void {
    if (this.newId() && !this.id.value) this.id.setValue(this.newId());
  }

  hasUnsavedChanges(): boolean {
    return this.session.hasChanges() || this.editor().holdsPasted();
  }

  discardChanges(): void {
    this.session.discard();
  }

  protected dropDraft(): void {
    this.session.discard();
    this.begin();
  }

  protected async create(): Promise<void> {
    if (this.saving().kind === 'saving' || !this.editor().takePasted()) return;
    this.id.markAsTouched();
    showProblems(this.form());
    if (this.id.invalid || this.form().invalid) {
      afterNextRender({ read: () => this.refuse() }, { injector: this.injector });
      return;
    }
    const id = this.id.value;
    const rows = this.session.rows();
    this.saving.set({ kind: 'saving' });
    const saved = await this.store.create(id, changesOf(rows));
    if (saved.ok) {
      this.session.discard();
      void this.toast.show($localize`Customer created`);
      await this.router.navigate(['/customers', id]);
      return;
    }
    if (saved.problem.status === 412) this.saving.set({ kind: 'exists', id });
    else this.fail(saved.problem, id, rows);
    showNotice(this.host.nativeElement, this.injector);
  }

  keepsDraft(): boolean {
    return this.session.isKept() && !this.editor().holdsPasted();
  }

  protected warnBeforeUnload(event: BeforeUnloadEvent): void {
    if (this.hasUnsavedChanges() && !this.keepsDraft()) event.preventDefault();
  }

  private begin(): void {
    this.restored.set(this.session.begin(null).restored);
    this.id.setValue(this.session.newId());
    for (const row of this.form().controls) {
      if (row.controls.name.value === 'email') row.addValidators(() => emailMissing(row));
      row.updateValueAndValidity();
    }
  }

  private refuse(): void {
    this.announcer.announce(needAttention(focusFirstInvalid(this.host.nativeElement)));
  }

  private fail(problem: Problem, id: string, rows: readonly DraftRow[]): void {
    const sorted = this.session.refuse(problem, rows);
    this.idRefusal.set(sorted.id === null ? null : { message: sorted.id, value: id });
    this.saving.set({ kind: 'failed', problem, others: sorted.others });
  }
}

function idErrors(control: AbstractControl<string>): ValidationErrors | null {
  const rule = idProblem(control.value);
  return rule && { rule };
}

function emailMissing(row: RowForm): ValidationErrors | null {
  const code: RuleCode = 'email_missing';
  return row.getRawValue().value === '' ? { value: code } : null;
}
