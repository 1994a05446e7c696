import { DomainError, type FieldError } from '../domain/errors.js';
import { isObject } from '../domain/json.js';
import { mappingFaults } from '../domain/import/mapping.js';
import type { SheetColumn } from '../domain/import/sheet.js';
import {
  CELL_TYPES,
  DATE_FORMS,
  type ColumnUse,
  type MappedColumn,
  type SheetMapping,
  type TimeReading,
} from '../domain/import/sheet-mapping.js';

const USES = ['id', 'email', 'attribute', 'time', 'ignore'] as const;

/**
 * Reads a mapping as a client sends it.
 * @throws DomainError `invalid_request` that names the members
 */
export function readMapping(value: unknown, columns: readonly SheetColumn[]): SheetMapping {
  if (!isObject(value)) throw refused('mapping', 'must be an object');
  const { empty = 'keep', damaged = 'keep' } = value;
  const mapping: SheetMapping = {
    columns: readColumns(value.columns),
    empty: oneOf(['keep', 'remove'], empty, 'mapping.empty'),
    damaged: oneOf(['keep', 'take'], damaged, 'mapping.damaged'),
  };
  checkMapping(mapping, columns);
  return mapping;
}

/** @throws DomainError `invalid_request` that names what is wrong */
export function checkMapping(mapping: SheetMapping, columns: readonly SheetColumn[]): void {
  const faults = mappingFaults(columns, mapping).map(({ field, message }) => ({ field: `import.${field}`, message }));
  if (faults.length > 0) throw invalid(faults);
}

function readColumns(value: unknown): readonly MappedColumn[] {
  if (!Array.isArray(value)) throw refused('mapping.columns', 'must be a list');
  return value.map((one: unknown, at): MappedColumn => {
    const field = `mapping.columns.${at}`;
    if (!isObject(one)) throw refused(field, 'must be an object');
    return { column: textOf(one.column, `${field}.column`), ...readUse(one, field) };
  });
}

function readUse(one: Readonly<Record<string, unknown>>, field: string): ColumnUse {
  const use = oneOf(USES, one.use, `${field}.use`);
  switch (use) {
    case 'id':
    case 'email':
    case 'ignore':
      return { use };
    case 'time':
      return { use, ...readTimes(one, field) };
    case 'attribute': {
      const attribute = textOf(one.attribute, `${field}.attribute`);
      return { use, attribute, type: oneOf(CELL_TYPES, one.type ?? 'auto', `${field}.type`), ...readTimes(one, field) };
    }
    default:
      return use satisfies never;
  }
}

function readTimes({ date_form: form, zone }: Readonly<Record<string, unknown>>, field: string): TimeReading {
  return {
    dateForm: oneOf(DATE_FORMS, form ?? 'auto', `${field}.date_form`),
    zone: textOf(zone ?? 'UTC', `${field}.zone`),
  };
}

function oneOf<const Name extends string>(names: readonly Name[], value: unknown, field: string): Name {
  const found = names.find((name) => name === value);
  if (found === undefined) throw refused(field, `must be one of ${names.join(', ')}`);
  return found;
}

function textOf(value: unknown, field: string): string {
  if (typeof value !== 'string') throw refused(field, 'must be a text');
  return value;
}

function refused(field: string, rule: string): DomainError {
  return invalid([{ field: `import.${field}`, message: `import.${field} ${rule}.` }]);
}

function invalid(faults: readonly FieldError[]): DomainError {
  return new DomainError('invalid_request', faults.map(({ message }) => message).join(' '), faults);
}
