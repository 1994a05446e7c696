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
  output,
  signal,
  viewChild,
} from '@angular/core';

import { Announcer } from '../../core/announcer';
import { Problem } from '../../core/problem';
import { Conflict, DraftRow, changeOf, changesOf, draftOf, emptyRow, rebase } from '../model/attribute-draft';
import { CustomerVersion } from '../model/customer';
import { Refusal, sortProblem } from '../model/refusals';
import { RowForm, rowForm } from '../state/attribute-form';
import { CustomerStore } from '../state/customer-store';
import { AttributeRow } from '../ui/attribute-row';
import { focusFirstInvalid } from '../ui/focus-first-invalid';
import { UndoToast } from '../ui/undo-toast';

const GONE = $localize`This customer was deleted meanwhile.`;

/** Changes one attribute, or adds one, on the page of its customer. What is typed follows the rules of the edit page. */
@Component({
  selector: 'app-inline-edit',
  imports: [AttributeRow],
  template: `
    <form
      data-testid="inline-edit"
      [attr.aria-label]="label()"
      (submit)="submit($event)"
      (keydown.escape)="cancel($event)"
      (keydown.control.enter)="submit($event)"
      (keydown.meta.enter)="submit($event)"
    >
      <div role="list">
        <app-attribute-row
          [row]="row()"
          [repeated]="isRepeated()"
          [refusal]="refusal()"
          (dropped)="close()"
          (rename)="rename()"
          (another)="submit()"
        />
      </div>
      @if (conflict(); as now) {
        <p role="alert" data-testid="inline-conflict">
          @if (now.theirs; as theirs) {
            <ng-container i18n
              >Someone changed this meanwhile. It is
              <bdi class="code">{{ theirs.slice(0, 120) }}</bdi> now.</ng-container
            >
          } @else {
            <ng-container i18n>Someone removed this attribute meanwhile.</ng-container>
          }
        </p>
      }
      @if (problem(); as failed) {
        <p role="alert" class="problem">{{ failed.message }}</p>
      }
      <div class="buttons">
        <button type="submit" class="button filled" data-testid="inline-save" [attr.aria-busy]="isBusy()">
          @if (conflict()) {
            <ng-container i18n>Save mine</ng-container>
          } @else {
            <ng-container i18n>Save</ng-container>
          }
        </button>
        <button type="button" class="button outlined" data-testid="inline-cancel" (click)="cancel($event)">
          @if (conflict()) {
            <ng-container i18n>Keep theirs</ng-container>
          } @else {
            <ng-container i18n>Cancel</ng-container>
          }
        </button>
      </div>
    </form>
  `,
  styleUrl: './inline-edit.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class InlineEdit implements OnInit {
  /** The id of the customer. */
  readonly id = input.required<string>();
  /** The attribute; empty to add one. */
  readonly name = input.required<string>();
  /** The version that is on the screen. */
  readonly version = input.required<CustomerVersion>();
  readonly closed = output();

  private readonly store = inject(CustomerStore);
  private readonly undo = inject(UndoToast);
  private readonly announcer = inject(Announcer);
  private readonly injector = inject(Injector);
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef);
  private readonly fields = viewChild.required(AttributeRow);

  protected readonly row = signal<RowForm>(rowForm());
  /** The attribute that is renamed. */
  private former: DraftRow | null = null;
  /** The version that the change is made to. */
  private readonly base = signal<CustomerVersion | null>(null);
  protected readonly refusal = signal<Refusal | null>(null);
  protected readonly conflict = signal<Conflict | null>(null);
  protected readonly problem = signal<Problem | null>(null);
  protected readonly isBusy = signal(false);
  protected readonly isRepeated = signal(false);
  protected readonly label = computed(() => {
    const name = this.name();
    return name ? $localize`Edit ${name}:name:` : $localize`Add attribute`;
  });

  ngOnInit(): void {
    const version = this.version();
    const present = draftOf(version.customer.attributes).find(({ name }) => name === this.name());
    this.base.set(version);
    this.row.set(rowForm(present ?? { ...emptyRow, name: this.name() }));
    afterNextRender({ read: () => this.focus() }, { injector: this.injector });
  }

  /** Tells whether something is typed that is not saved. */
  hasChanges(): boolean {
    const row = this.row().getRawValue();
    return changeOf(row) === 'added' ? row.value !== '' : changeOf(row) !== 'none';
  }

  protected async submit(event?: Event): Promise<void> {
    event?.preventDefault();
    if (this.isBusy()) return;
    const row = this.row().getRawValue();
    if (changeOf(row) === 'none') this.close();
    if (changeOf(row) === 'none' || !this.isValid()) return;
    this.isBusy.set(true);
    await this.save();
    this.isBusy.set(false);
  }

  /** Escape leaves the editor, and not the page. */
  protected cancel(event: Event): void {
    event.preventDefault();
    this.close();
  }

  protected close(): void {
    this.closed.emit();
  }

  /** Removes the old name, and adds the new one with its value. */
  protected rename(): void {
    const row = this.row().getRawValue();
    this.former = { ...row, removed: true };
    this.row.set(rowForm({ ...emptyRow, name: row.name, type: row.type, value: row.value, renamedFrom: row.name }));
    afterNextRender({ read: () => this.fields().focus() }, { injector: this.injector });
  }

  private async save(): Promise<void> {
    const changes = changesOf(this.rows());
    this.problem.set(null);
    this.conflict.set(null);
    const saved = await this.store.update(this.id(), changes, this.base()?.etag ?? null);
    if (saved.ok) {
      this.undo.saved(this.id(), changes);
      this.close();
    } else if (saved.problem.status === 412) await this.compare();
    else this.fail(saved.problem);
  }

  /** Puts the change on the newer version. It is saved there unless that version has another value for the attribute. */
  private async compare(): Promise<void> {
    const newer = await this.store.newest(this.id());
    if (!newer.ok) {
      this.fail(newer.problem.status === 404 ? { ...newer.problem, message: GONE } : newer.problem);
      return;
    }
    const { rows, conflicts } = rebase(this.rows(), newer.value.customer.attributes);
    this.store.replace(this.id(), newer.value);
    this.base.set(newer.value);
    const row = rows.find(({ name }) => name === this.row().controls.name.value);
    if (row) this.row().setValue(row);
    if (conflicts.length === 0) return this.save();
    this.conflict.set(conflicts[0]);
    this.announcer.announce($localize`Someone changed this customer`);
  }

  private rows(): DraftRow[] {
    const row = this.row().getRawValue();
    return this.former ? [this.former, row] : [row];
  }

  private fail(problem: Problem): void {
    const { name, value } = this.row().getRawValue();
    const message = sortProblem(problem, new Set([name])).attributes.get(name);
    this.refusal.set(message === undefined ? null : { message, value });
    if (message === undefined) this.problem.set(problem);
    else this.focusInvalid();
  }

  private isValid(): boolean {
    const { name, original, kept } = this.row().getRawValue();
    const attributes = this.base()?.customer.attributes ?? {};
    this.isRepeated.set(original === null && !kept && Object.hasOwn(attributes, name));
    this.row().markAllAsTouched();
    this.row().updateValueAndValidity();
    if (this.row().valid && !this.isRepeated()) return true;
    this.focusInvalid();
    return false;
  }

  private focusInvalid(): void {
    afterNextRender({ read: () => focusFirstInvalid(this.host.nativeElement) }, { injector: this.injector });
  }

  /** A short text is selected, so that typing replaces it. */
  private focus(): void {
    this.fields().focus();
    const field = document.activeElement;
    const isText = field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement;
    if (isText && this.host.nativeElement.contains(field) && !field.value.includes('\n')) field.select();
  }
}
