import {
  ChangeDetectionStrategy,
  ChangeDetectorRef,
  Component,
  ElementRef,
  computed,
  inject,
  input,
  viewChild,
  viewChildren,
} from '@angular/core';
import { toObservable, toSignal } from '@angular/core/rxjs-interop';
import { MatButton } from '@angular/material/button';
import { switchMap } from 'rxjs';

import { Icon } from '../../ui/icon';
import { AttributesForm, RowForm, repeatedNames, rowForm } from '../data/attribute-form';
import { AttributeRow, Refusal } from './attribute-row';

/** The attributes of a customer as rows to change, remove and add. Knows forms only, neither record nor server. */
@Component({
  selector: 'app-attribute-editor',
  imports: [MatButton, AttributeRow, Icon],
  template: `
    <div class="rows card" role="list" aria-label="Attributes">
      @for (row of rows(); track row) {
        <app-attribute-row
          [row]="row"
          [repeated]="isRepeated(row)"
          [refusal]="refusals().get(row.controls.name.value) ?? null"
          [required]="row.controls.name.value === 'email' && emailRequired()"
          (dropped)="drop(row)"
        />
      }
    </div>
    <button #add matButton="outlined" type="button" data-testid="add-attribute" (click)="addRow()">
      <app-icon name="plus" matButtonIcon />Add attribute
    </button>
  `,
  styles: `
    :host {
      display: grid;
      justify-items: start;
      gap: var(--space-3);
    }
    .rows {
      inline-size: 100%;
      padding-block: var(--space-1);
    }
    app-attribute-row + app-attribute-row {
      border-block-start: 1px solid var(--line);
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class AttributeEditor {
  readonly form = input.required<AttributesForm>();
  /** What the server refused, by the name of the attribute. */
  readonly refusals = input<ReadonlyMap<string, Refusal>>(new Map());
  readonly emailRequired = input(false);

  private readonly changes = inject(ChangeDetectorRef);
  private readonly addButton = viewChild.required<unknown, ElementRef<HTMLElement>>('add', { read: ElementRef });
  private readonly shown = viewChildren(AttributeRow);
  private readonly event = toSignal(toObservable(this.form).pipe(switchMap((form) => form.events)));

  protected readonly rows = computed(() => {
    this.event();
    return [...this.form().controls];
  });
  private readonly repeated = computed(() => new Set(repeatedNames(this.rows().map((row) => row.getRawValue()))));

  protected isRepeated(row: RowForm): boolean {
    return this.repeated().has(row.controls.name.value);
  }

  protected addRow(): void {
    this.form().push(rowForm());
    // At once, not with the next frame: the first key that is pressed belongs into the new row.
    this.changes.detectChanges();
    this.shown().at(-1)?.focus();
  }

  protected drop(row: RowForm): void {
    this.form().removeAt(this.form().controls.indexOf(row));
    this.addButton().nativeElement.focus();
  }
}
