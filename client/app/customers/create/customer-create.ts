import {
  ChangeDetectionStrategy,
  Component,
  ElementRef,
  Injector,
  afterNextRender,
  computed,
  effect,
  inject,
  signal,
} from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { AbstractControl, FormControl, FormGroup, ReactiveFormsModule, ValidationErrors } from '@angular/forms';
import { Router, RouterLink } from '@angular/router';

import { Announcer } from '../../core/announcer';
import { Problem } from '../../core/problem';
import { useShortcuts } from '../../core/shortcuts';
import { FieldError } from '../../ui/field-error';
import { Notice } from '../../ui/notice';
import { Toast } from '../../ui/toast';
import { MayHoldChanges } from '../../ui/unsaved-changes';
import { DraftRow, changeOf, changesOf, draftOf, emptyRow } from '../model/attribute-draft';
import { RowForm, attributesForm, showProblems } from '../state/attribute-form';
import { RULE_TEXT, RuleCode, idProblem } from '../model/attribute-rules';
import { CustomerStore } from '../state/customer-store';
import { DraftKeeper } from '../state/draft-keeper';
import { sortProblem } from '../model/refusals';
import { AttributeEditor } from '../ui/attribute-editor';
import { Refusal } from '../ui/attribute-row';
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

/** Key of the draft of a customer without an id. No customer has an empty id. */
const DRAFT = '';
/** Row of the draft that holds the id. No attribute has this name. */
const ID = 'id';

@Component({
  selector: 'app-customer-create',
  imports: [RouterLink, ReactiveFormsModule, AttributeEditor, FieldError, Notice, RestoredDraft, SaveBar],
  templateUrl: './customer-create.html',
  host: { '(window:beforeunload)': 'warnBeforeUnload($event)' },
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class CustomerCreate implements MayHoldChanges {
  private readonly store = inject(CustomerStore);
  private readonly router = inject(Router);
  private readonly toast = inject(Toast);
  private readonly announcer = inject(Announcer);
  private readonly injector = inject(Injector);
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef);
  private readonly keeper = inject(DraftKeeper);
  private readonly kept = this.keeper.recall(DRAFT, Date.now());
  private done = false;

  protected readonly form = new FormGroup({
    id: new FormControl(keptId(this.kept?.rows), { nonNullable: true, validators: idErrors }),
    attributes: attributesForm(keptRows(this.kept?.rows)),
  });
  protected readonly saving = signal<Saving>({ kind: 'idle' });
  /** Time of the restored draft, in seconds since the Unix epoch; null without one. */
  protected readonly restored = signal(this.kept ? this.kept.at / 1000 : null);
  protected readonly refusals = signal<ReadonlyMap<string, Refusal>>(new Map());
  private readonly idRefusal = signal<Refusal | null>(null);
  private readonly event = toSignal(this.form.events);

  protected readonly idError = computed(() => {
    this.event();
    const { id } = this.form.controls;
    const code = idProblem(id.value);
    if (code && (id.dirty || id.touched)) return RULE_TEXT[code];
    const refusal = this.idRefusal();
    return refusal?.value === id.value ? refusal.message : null;
  });

  constructor() {
    this.requireEmail();
    effect(() => {
      this.event();
      const id = { ...emptyRow, name: ID, value: this.form.controls.id.value };
      if (!this.done) this.keeper.keep(DRAFT, [...(id.value ? [id] : []), ...this.rows()], Date.now());
    });
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

  hasUnsavedChanges(): boolean {
    if (this.done) return false;
    return this.form.controls.id.value !== '' || this.rows().some((row) => changeOf(row) !== 'none');
  }

  discardChanges(): void {
    this.forget();
  }

  protected dropDraft(): void {
    this.form.setControl('attributes', attributesForm(draftOf({})));
    this.form.controls.id.setValue('');
    this.requireEmail();
    this.restored.set(null);
  }

  protected async create(): Promise<void> {
    if (this.saving().kind === 'saving') return;
    this.form.markAllAsTouched();
    showProblems(this.form.controls.attributes);
    if (this.form.invalid) {
      afterNextRender({ read: () => this.refuse() }, { injector: this.injector });
      return;
    }
    const id = this.form.controls.id.value;
    const rows = this.rows();
    this.saving.set({ kind: 'saving' });
    const saved = await this.store.create(id, changesOf(rows));
    if (saved.ok) {
      this.forget();
      void this.toast.show($localize`Customer created`);
      await this.router.navigate(['/customers', id]);
      return;
    }
    if (saved.problem.status === 412) this.saving.set({ kind: 'exists', id });
    else this.fail(saved.problem, id, rows);
    showNotice(this.host.nativeElement, this.injector);
  }

  protected warnBeforeUnload(event: BeforeUnloadEvent): void {
    if (this.hasUnsavedChanges()) event.preventDefault();
  }

  private requireEmail(): void {
    for (const row of this.form.controls.attributes.controls) {
      if (row.controls.name.value === 'email') row.addValidators(() => emailMissing(row));
      row.updateValueAndValidity();
    }
  }

  private forget(): void {
    this.done = true;
    this.keeper.forget(DRAFT);
  }

  private rows(): DraftRow[] {
    return this.form.controls.attributes.getRawValue();
  }

  private refuse(): void {
    this.announcer.announce(needAttention(focusFirstInvalid(this.host.nativeElement)));
  }

  private fail(problem: Problem, id: string, rows: readonly DraftRow[]): void {
    const values = new Map(rows.map((row) => [row.name, row.value]));
    const sorted = sortProblem(problem, new Set(values.keys()));
    this.idRefusal.set(sorted.id === null ? null : { message: sorted.id, value: id });
    this.refusals.set(
      new Map([...sorted.attributes].map(([name, message]) => [name, { message, value: values.get(name) ?? '' }])),
    );
    this.saving.set({ kind: 'failed', problem, others: sorted.others });
  }
}

function keptId(rows: readonly DraftRow[] = []): string {
  return rows.find(({ name }) => name === ID)?.value ?? '';
}

function keptRows(rows: readonly DraftRow[] = []): DraftRow[] {
  const typed = new Map(rows.filter(({ name }) => name !== ID).map((row) => [row.name, row]));
  const kept = draftOf({}).map((row) => typed.get(row.name) ?? row);
  return [...kept, ...[...typed.values()].filter(({ name }) => !kept.some((row) => row.name === name))];
}

function idErrors(control: AbstractControl<string>): ValidationErrors | null {
  const rule = idProblem(control.value);
  return rule && { rule };
}

function emailMissing(row: RowForm): ValidationErrors | null {
  const code: RuleCode = 'email_missing';
  return row.getRawValue().value === '' ? { value: code } : null;
}
