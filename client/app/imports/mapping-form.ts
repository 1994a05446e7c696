import { FormControl, FormGroup } from '@angular/forms';

import { ColumnUse, Mapping, SheetImport } from './wire/import';

type Use = ColumnUse['use'];
type CellType = NonNullable<ColumnUse['type']>;
type DateForm = NonNullable<ColumnUse['date_form']>;

/** The fields of one column. Those that its use does not need keep their values. */
export type ColumnForm = FormGroup<{
  use: FormControl<Use>;
  attribute: FormControl<string>;
  type: FormControl<CellType>;
  dateForm: FormControl<DateForm>;
  zone: FormControl<string>;
}>;

export type MappingForm = FormGroup<{
  columns: FormGroup<Record<string, ColumnForm>>;
  empty: FormControl<Mapping['empty']>;
  damaged: FormControl<Mapping['damaged']>;
}>;

/** Makes the form of the mapping of an import. The columns are in it by their index. */
export function mappingForm({ columns, mapping }: SheetImport): MappingForm {
  const each = columns.map(({ index, use }): [string, ColumnForm] => [
    String(index),
    new FormGroup({
      use: control<Use>(use.use),
      attribute: control(use.attribute ?? use.column),
      type: control<CellType>(use.type ?? 'auto'),
      dateForm: control<DateForm>(use.date_form ?? 'auto'),
      zone: control(use.zone ?? 'UTC'),
    }),
  ]);
  return new FormGroup({
    columns: new FormGroup<Record<string, ColumnForm>>(Object.fromEntries(each)),
    empty: control<Mapping['empty']>(mapping.empty),
    damaged: control<Mapping['damaged']>(mapping.damaged),
  });
}

/** The mapping of a form, as the server takes it. */
export function mappingOf(form: MappingForm, { columns }: SheetImport): Mapping {
  const { empty, damaged, columns: values } = form.getRawValue();
  return {
    empty,
    damaged,
    columns: columns.map(({ index, name: column }): ColumnUse => {
      const { use, attribute, type, dateForm, zone } = values[String(index)];
      const reading = { date_form: dateForm, zone: zone.trim() || 'UTC' };
      switch (use) {
        case 'attribute':
          return { column, use, attribute, type, ...reading };
        case 'time':
          return { column, use, ...reading };
        case 'id':
        case 'email':
        case 'ignore':
          return { column, use };
        default:
          return use satisfies never;
      }
    }),
  };
}

/** Whether the dates of a column are read: a time, an attribute that is one, or one that may hold them. */
export function readsDates({ use, type }: { readonly use: Use; readonly type: CellType }): boolean {
  return use === 'time' || (use === 'attribute' && type === 'time');
}

function control<T>(value: T): FormControl<T> {
  return new FormControl(value, { nonNullable: true });
}
