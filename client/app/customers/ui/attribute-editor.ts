import {
  ChangeDetectionStrategy,
  ChangeDetectorRef,
  Component,
  ElementRef,
  computed,
  inject,
  input,
  signal,
  viewChild,
  viewChildren,
} from '@angular/core';
import { toObservable, toSignal } from '@angular/core/rxjs-interop';
import { switchMap } from 'rxjs';

import { Count } from '../../ui/count';
import { Icon } from '../../ui/icon';
import { emptyRow } from '../model/attribute-draft';
import { AttributesForm, RowForm, repeatedNames, rowForm } from '../state/attribute-form';
import { ValueType } from '../model/attribute-rules';
import { PastedAttribute } from '../model/pasted-attributes';
import { Refusal } from '../model/refusals';
import { PinnedAttributes } from '../state/pinned-attributes';
import { isOfRecord, nameOf, needsAttention, rowGroups } from '../state/row-groups';
import { AttributeRow } from './attribute-row';
import { PastePanel } from './paste-panel';

const SEARCHABLE_FROM = 12;
const DRAWN_AT_ONCE = 30;
/** Attributes that are shown before the reader asks for all, of which a few more are not folded. */
const AT_FIRST = 30;
const NOT_FOLDED = 36;

/**
 * The attributes of a customer as rows, to change, rename, remove and add: in the groups of the customer page, and below them the new ones.
 * A long list is folded, but for what was changed. Works on forms, without the record.
 */
@Component({
  selector: 'app-attribute-editor',
  imports: [AttributeRow, Count, Icon, PastePanel],
  templateUrl: './attribute-editor.html',
  styles: `
    :host {
      display: grid;
      grid-template-columns: minmax(0, 1fr);
      gap: var(--space-3);
    }
    .rows {
      padding-block: var(--space-2);
    }
    .many app-attribute-row {
      content-visibility: auto;
      contain-intrinsic-block-size: auto 42px;
    }
    @media (width < 720px) {
      .many app-attribute-row {
        contain-intrinsic-block-size: auto 92px;
      }
    }
    section + section {
      margin-block-start: var(--space-2);
      padding-block-start: var(--space-2);
      border-block-start: 1px solid var(--line);
    }
    h3 {
      display: flex;
      gap: 6px;
      margin: 0;
      padding: 2px calc(var(--space-3) + 3px);
      color: var(--ink-soft);
      font-size: 12.5px;
      font-weight: 600;
    }
    .plain {
      font-weight: 450;
    }
    .none {
      padding: var(--space-2) calc(var(--space-3) + 3px);
    }
    .rows > .quiet {
      margin: var(--space-2) var(--space-2) 0;
    }
    .add {
      display: flex;
      flex-wrap: wrap;
      gap: var(--space-2);
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class AttributeEditor {
  readonly form = input.required<AttributesForm>();
  /** Refusals of the server, by the name of the attribute. */
  readonly refusals = input<ReadonlyMap<string, Refusal>>(new Map());
  readonly emailRequired = input(false);

  private readonly changes = inject(ChangeDetectorRef);
  private readonly pins = inject(PinnedAttributes);
  private readonly addButton = viewChild.required<unknown, ElementRef<HTMLElement>>('add', { read: ElementRef });
  private readonly pasteButton = viewChild.required<unknown, ElementRef<HTMLElement>>('paste', { read: ElementRef });
  private readonly shown = viewChildren(AttributeRow);
  private readonly panel = viewChild<PastePanel>('panel');
  private readonly findField = viewChild<ElementRef<HTMLInputElement>>('findField');
  private readonly event = toSignal(toObservable(this.form).pipe(switchMap((form) => form.events)));

  protected readonly pasting = signal<{ readonly text: string } | null>(null);
  protected readonly sought = signal('');
  /** True if the reader asked for all rows of a long list. */
  protected readonly all = signal(false);
  protected readonly rows = computed(() => {
    this.event();
    return [...this.form().controls];
  });
  private readonly ofRecord = computed(() => this.rows().filter(isOfRecord), { equal: hasSame });
  private readonly added = computed(() => this.rows().filter((row) => !isOfRecord(row)), { equal: hasSame });
  protected readonly names = computed<ReadonlySet<string>>(() => new Set(this.ofRecord().map(nameOf)));
  protected readonly searchable = computed(() => this.rows().length >= SEARCHABLE_FROM);
  /** True if rows below the screen are rendered later. Fewer rows are rendered at once, so that nothing moves. */
  protected readonly many = computed(() => this.rows().length > DRAWN_AT_ONCE);
  /** The rows of the record that match the search. */
  protected readonly found = computed(
    () => {
      const sought = this.sought();
      return this.rows().filter((row) => isOfRecord(row) && matches(row, sought));
    },
    { equal: hasSame },
  );
  /** Rows of the record that neither the search nor the fold hides. */
  private readonly kept = computed(() => this.rows().filter((row) => isOfRecord(row) && needsAttention(row)), {
    equal: hasSame,
  });
  protected readonly folds = computed(() => !this.all() && this.found().length > NOT_FOLDED);
  protected readonly groups = computed(() => {
    const shown = [...this.found(), ...this.kept()];
    return rowGroups(shown, this.added(), this.pins.names(), this.folds() ? AT_FIRST : null, this.kept());
  });
  protected readonly foundText = computed(() => {
    if (!this.sought()) return '';
    const count = this.found().length;
    return count === 1 ? $localize`1 attribute matches` : $localize`${count}:count: attributes match`;
  });
  /** Types of the present attributes, by name. A pasted value keeps the type of the value it replaces. */
  protected readonly known = computed<ReadonlyMap<string, ValueType>>(
    () => new Map(this.rows().map((row) => [row.controls.name.value, row.controls.type.value])),
  );
  private readonly repeated = computed(() => new Set(repeatedNames(this.rows().map((row) => row.getRawValue()))));

  /** Scrolls to a row and moves the focus into it. */
  reveal(name: string): void {
    const row = this.rows().find((one) => nameOf(one) === name);
    // A changed row is never folded.
    if (row) this.focusRow(row);
  }

  private focusRow(row: RowForm): void {
    this.changes.detectChanges();
    this.shown()
      .find((one) => one.row() === row)
      ?.focus();
  }

  /** Tells whether text waits in the panel for many attributes. */
  holdsPasted(): boolean {
    return this.panel()?.holdsText() ?? false;
  }

  /** Puts the text of the panel into the form. @returns false if it can not be read; its field then has the focus */
  takePasted(): boolean {
    return this.panel()?.take() ?? true;
  }

  /** Moves the focus to the search, unless the attributes are too few for one. */
  focusFind(): void {
    this.findField()?.nativeElement.focus();
  }

  protected isRepeated(row: RowForm): boolean {
    return this.repeated().has(row.controls.name.value);
  }

  protected find(event: Event): void {
    if (event.target instanceof HTMLInputElement) this.sought.set(event.target.value.trim().toLowerCase());
  }

  protected addRow(): void {
    const row = rowForm();
    this.form().push(row);
    // Moves the focus before the next frame, so that the next key goes into the new row.
    this.focusRow(row);
  }

  protected drop(row: RowForm): void {
    const former = row.controls.renamedFrom.value;
    this.form().removeAt(this.form().controls.indexOf(row));
    const renamed = this.rows().find((other) => former !== null && other.controls.name.value === former);
    renamed?.controls.removed.setValue(false);
    this.addButton().nativeElement.focus();
  }

  /** Renames: the API can not, so the old name is removed and the new one added below it. */
  protected rename(row: RowForm): void {
    const { name, type, value } = row.getRawValue();
    row.controls.removed.setValue(true);
    const at = this.form().controls.indexOf(row) + 1;
    const renamed = rowForm({ ...emptyRow, name, type, value, renamedFrom: name });
    this.form().insert(at, renamed);
    this.focusRow(renamed);
  }

  protected openPaste(text: string): void {
    this.pasting.set({ text });
  }

  protected closePaste(): void {
    this.pasting.set(null);
    this.pasteButton().nativeElement.focus();
  }

  protected apply(attributes: readonly PastedAttribute[]): void {
    const form = this.form();
    const present = new Map(form.controls.map((row) => [row.controls.name.value, row]));
    for (const { name, type, value } of attributes) {
      const row = present.get(name);
      if (row) row.patchValue({ type, value, removed: false }, { emitEvent: false });
      else if (type !== 'empty') form.push(rowForm({ ...emptyRow, name, type, value }), { emitEvent: false });
    }
    // A row without a name was only the target of the paste.
    const blank = form.controls.findIndex(({ controls }) => controls.name.value === '' && controls.value.value === '');
    if (blank >= 0) form.removeAt(blank, { emitEvent: false });
    for (const row of form.controls) row.updateValueAndValidity({ onlySelf: true });
    form.updateValueAndValidity();
    this.closePaste();
  }
}

function matches({ controls }: RowForm, sought: string): boolean {
  return sought === '' || `${controls.name.value}\n${controls.value.value}`.toLowerCase().includes(sought);
}

function hasSame<T>(some: readonly T[], others: readonly T[]): boolean {
  return some.length === others.length && some.every((one, at) => one === others[at]);
}
