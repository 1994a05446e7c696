import { AbstractControl, FormArray, FormControl, FormGroup, ValidationErrors } from '@angular/forms';

import { DraftRow, changeOf, emptyRow } from '../model/attribute-draft';
import { RuleCode, ValueType, nameProblem, namedValueProblem, readValue } from '../model/attribute-rules';

export type RowForm = FormGroup<{
  name: FormControl<string>;
  type: FormControl<ValueType>;
  value: FormControl<string>;
  removed: FormControl<boolean>;
  kept: FormControl<boolean>;
  original: FormControl<string | null>;
  renamedFrom: FormControl<string | null>;
}>;

export type AttributesForm = FormArray<RowForm>;

/** The errors that `rowProblems` sets on a row, by field. */
export interface RowProblems {
  readonly name?: RuleCode;
  readonly value?: RuleCode;
}

export function rowForm(row: DraftRow = emptyRow): RowForm {
  const options = { nonNullable: true } as const;
  return new FormGroup(
    {
      name: new FormControl(row.name, options),
      type: new FormControl(row.type, options),
      value: new FormControl(row.value, options),
      removed: new FormControl(row.removed, options),
      kept: new FormControl(row.kept, options),
      original: new FormControl(row.original),
      renamedFrom: new FormControl(row.renamedFrom),
    },
    { validators: (group) => groupErrors(group) },
  );
}

/** @param earlier rows to reuse for the same names, so that focus and touched fields stay */
export function attributesForm(rows: readonly DraftRow[] = [], earlier: readonly RowForm[] = []): AttributesForm {
  const free = new Map<string, RowForm>(earlier.map((form) => [form.controls.name.value, form]));
  const forms = rows.map((row) => {
    const found = free.get(row.name);
    if (!found) return rowForm(row);
    free.delete(row.name);
    found.setValue(row);
    return found;
  });
  return new FormArray(forms, { validators: (array) => arrayErrors(array) });
}

/**
 * The errors of a row by itself. A row that equals the record has none, whatever an old message left there. A kept attribute
 * that the record lacks may stay empty: a page that requires it adds its own rule.
 */
function rowProblems(row: DraftRow): RowProblems | null {
  if (row.removed || changeOf(row) === 'none') return null;
  const name = row.original === null && !row.kept ? nameProblem(row.name) : null;
  const read = readValue(row.type, row.value);
  let value = read.ok ? namedValueProblem(row.name, read.value) : read.reason;
  if (row.kept && !read.ok && value !== 'character')
    value = row.name === 'email' ? 'email_invalid' : 'created_at_invalid';
  if (!name && !value) return null;
  return { ...(name && { name }), ...(value && { value }) };
}

/** Names of more than one row. Removed rows count, because a removal can be undone. */
export function repeatedNames(rows: readonly DraftRow[]): string[] {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const { name } of rows) {
    if (name !== '' && seen.has(name)) repeated.add(name);
    seen.add(name);
  }
  return [...repeated];
}

/** Makes every row show its errors, also untouched ones. */
export function showProblems(form: AttributesForm): void {
  form.markAllAsTouched();
  // A row that was touched before emits nothing when its fields are touched, so each row is updated by hand.
  for (const row of form.controls) row.updateValueAndValidity({ onlySelf: true });
}

function groupErrors(group: AbstractControl): ValidationErrors | null {
  const problems = rowProblems(group.getRawValue() as DraftRow); // Safe: only set on a RowForm.
  return problems && { ...problems };
}

function arrayErrors(array: AbstractControl): ValidationErrors | null {
  const repeated = repeatedNames(array.getRawValue() as DraftRow[]); // Safe: only set on an AttributesForm.
  return repeated.length > 0 ? { repeated } : null;
}
