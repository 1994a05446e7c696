import { ChangeDetectionStrategy, Component, input } from '@angular/core';
import { ReactiveFormsModule } from '@angular/forms';

import { DATE_FORM_TEXT, TYPE_TEXT, USE_TEXT } from './import-text';
import { ColumnForm, MappingForm, readsDates } from './mapping-form';
import { SheetColumn } from './wire/import';

const USES = ['id', 'email', 'attribute', 'time', 'ignore'] as const;
const TYPES = ['auto', 'text', 'number', 'boolean', 'time', 'json'] as const;
const DATE_FORMS = ['auto', 'ymd', 'dmy', 'mdy'] as const;

/** The columns of a sheet with their first cells, and the fields that say what each of them means. */
@Component({
  selector: 'app-import-columns',
  imports: [ReactiveFormsModule],
  templateUrl: './import-columns.html',
  styleUrl: './import-columns.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class ImportColumns {
  readonly columns = input.required<readonly SheetColumn[]>();
  readonly form = input.required<MappingForm>();

  protected readonly uses = USES;
  protected readonly types = TYPES;
  protected readonly dateForms = DATE_FORMS;
  protected readonly useText = USE_TEXT;
  protected readonly typeText = TYPE_TEXT;
  protected readonly dateFormText = DATE_FORM_TEXT;

  protected formOf({ index }: SheetColumn): ColumnForm {
    return this.form().controls.columns.controls[String(index)];
  }

  protected readsDates(form: ColumnForm): boolean {
    return readsDates(form.getRawValue());
  }
}
