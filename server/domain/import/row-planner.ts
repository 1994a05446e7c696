import { serialiseAttributeValue } from '../message/attribute.js';
import type { AttributesMessage } from '../message/message.js';
import { latestTimestamp } from '../message/timestamp.js';
import { readUserId } from '../customer/customer-id.js';
import { ignoredUntil, type KnownCustomer } from '../customer/customer-change.js';
import { forEachMember } from '../json-members.js';
import { writeJson, type Json } from '../json.js';
import { LIMITS } from '../limits.js';
import { hasUnsupportedCharacter, jsonHasUnsupportedCharacter } from '../text.js';
import { textOfValue } from './cell-text.js';
import { isSameValue, readCell, readTimeCell, shown } from './cell-value.js';
import { damageOf } from './damage.js';
import { unguarded } from './formula-guard.js';
import { instantOf, zoneOf } from './read-time.js';
import type {
  CellDifference,
  ImportFacts,
  RejectedRow,
  RowCustomer,
  RowPlan,
  RowPlanner,
  RowReason,
} from './row-plan.js';
import type { ColumnUse, SheetMapping } from './sheet-mapping.js';
import type { SheetColumn, SheetRow } from './sheet.js';

type Use<Kind extends ColumnUse['use']> = SheetColumn & Extract<ColumnUse, { use: Kind }>;
/** The outcome of one cell: what it changes, or null if it changes nothing. */
type CellPlan = { readonly value: Json; readonly difference: CellDifference } | RejectedRow | null;

/** An id that a spreadsheet has damaged: in scientific notation, with zeros instead of its last digits, or with marks for lost characters. */
const DAMAGED_ID = /^\d[.,]\d+E\+\d+$|^[1-9]\d{14}00+$|\uFFFD|^\?|\?\?/;
const encoder = new TextEncoder();

/** @param mapping in which `mappingFaults` finds none */
export function createRowPlanner(
  columns: readonly SheetColumn[],
  mapping: SheetMapping,
  facts: ImportFacts,
): RowPlanner {
  return new MappedRows(columns, mapping, facts);
}

class MappedRows implements RowPlanner {
  readonly hasTimes: boolean;
  private readonly key: Use<'id'> | Use<'email'> | undefined;
  private readonly time: Use<'time'> | undefined;
  private readonly attributes: readonly Use<'attribute'>[];

  constructor(
    private readonly columns: readonly SheetColumn[],
    private readonly mapping: SheetMapping,
    private readonly facts: ImportFacts,
  ) {
    const uses = mapping.columns.flatMap(({ column, ...use }) => {
      const found = columns.find(({ name }) => name === column);
      return found ? [{ ...found, ...use }] : [];
    });
    this.key = uses.find((use): use is Use<'id'> | Use<'email'> => use.use === 'id' || use.use === 'email');
    this.time = uses.find((use): use is Use<'time'> => use.use === 'time');
    this.attributes = uses.filter((use): use is Use<'attribute'> => use.use === 'attribute');
    this.hasTimes = this.time !== undefined;
  }

  customerOf(row: SheetRow): RowCustomer {
    const { key } = this;
    const unreadable = this.unreadable(row);
    if (unreadable) return unreadable;
    if (!key) return rejected('missing_id', undefined, 'No column holds the id or the email of customers. Choose one.');
    const text = unguarded(row.cells[key.index] ?? '');
    if (text === '') return rejected('missing_id', key.name, `The cell of ${shown(key.name)} is empty. Fill it in.`);
    if (key.use === 'email') return { kind: 'email', email: text };
    const id = readUserId(text);
    if (id === undefined) {
      const message = `The id ${shown(text)} has more than ${LIMITS.userIdBytes} bytes. Use a shorter one.`;
      return rejected('invalid_user_id', key.name, message);
    }
    if (hasUnsupportedCharacter(id)) return unsupported(key.name);
    return { kind: 'id', id };
  }

  customerWithEmail(_row: SheetRow, email: string, ids: readonly string[]): RowCustomer {
    const [id] = ids;
    if (ids.length === 1) return { kind: 'id', id };
    const column = this.key?.name;
    if (ids.length === 0) {
      const message = `No customer has the email ${shown(email)}, written exactly so. Correct it, or use a column with ids.`;
      return rejected('unknown_customer', column, message);
    }
    const message = `Several customers have the email ${shown(email)}. Use a column with ids.`;
    return rejected('ambiguous_email', column, message);
  }

  plan(row: SheetRow, current: KnownCustomer): RowPlan {
    const unreadable = this.unreadable(row);
    if (unreadable) return unreadable;
    const time = this.timeOf(row);
    if (typeof time !== 'number') return time;
    const record = recordOf(current);
    const data: Record<string, Json> = {};
    const differences: CellDifference[] = [];
    const damaged: CellDifference[] = [];
    for (const column of this.attributes) {
      if (record.timeOf(column.attribute) > time) continue;
      const plan = this.planCell(column, row.cells[column.index], record.valueOf(column.attribute));
      if (plan === null) continue;
      if ('kind' in plan) return plan;
      if (plan.difference.damage !== undefined && this.mapping.damaged === 'keep') {
        damaged.push(plan.difference);
        continue;
      }
      data[column.attribute] = plan.value;
      differences.push(plan.difference);
    }
    if (differences.length === 0) return { kind: 'unchanged', damaged };
    const refusal = this.refusalOf(current, time, differences.length);
    if (refusal) return refusal;
    const isStampedHere = !this.hasTimes;
    const id = isStampedHere ? `${this.facts.importId}:${row.number}` : current.id;
    const message: AttributesMessage = {
      type: 'attributes',
      id,
      userId: current.id,
      timestamp: time,
      data,
      dataBytes: () => encoder.encode(writeJson(data)),
      changes: differences.map(({ attribute: name, after: value }) => ({ name, value })),
      ...(isStampedHere && { isStampedHere }),
    };
    return { kind: 'message', message, differences, damaged };
  }

  private unreadable(row: SheetRow): RejectedRow | undefined {
    if (row.kind === 'rejected') return rejected(row.reason, undefined, UNREADABLE[row.reason]);
    const more = row.cells.findIndex((cell, at) => at >= this.columns.length && cell !== '');
    if (more < 0) return undefined;
    const message =
      `The row has ${row.cells.length} cells, but the header ${this.columns.length}. ` +
      'Put cells that hold the delimiter into quotes.';
    return rejected('too_many_cells', undefined, message);
  }

  /** The time of the message of a row, in ms since the Unix epoch. */
  private timeOf({ cells }: SheetRow): number | RejectedRow {
    if (!this.time) return this.facts.time;
    const { index, name } = this.time;
    const text = unguarded(cells[index] ?? '');
    if (text === '') return rejected('missing_time', name, `The cell of ${shown(name)} is empty. Fill in a time.`);
    const read = readTimeCell(text, this.time, 'invalid_timestamp');
    if (!read.ok) return rejected(read.reason, name, read.message);
    const instant = instantOf(read.time, zoneOf(this.time));
    if (instant >= 0 && instant <= latestTimestamp(this.facts.time)) return instant;
    const message = `${shown(text)} is ${instant < 0 ? 'before 1970' : 'more than one day in the future'}. Correct it.`;
    return rejected('invalid_timestamp', name, message);
  }

  private planCell(column: Use<'attribute'>, cell: string | undefined, current: string | undefined): CellPlan {
    const { name, attribute, type } = column;
    // A row may be shorter than the header.
    if (cell === undefined) return null;
    const text = unguarded(cell);
    const written = current === undefined ? '' : textOfValue(current);
    if (cell === written || text === written) return null;
    if (text === '' && this.mapping.empty === 'keep') return null;
    const read = text === '' ? ({ ok: true, value: null } as const) : readCell(text, type, column, current);
    if (read.ok && current !== undefined && read.value !== null && isSameValue(read.value, current, type, column))
      return null;
    const damage = damageOf(written, text);
    if (!read.ok && (damage === undefined || this.mapping.damaged === 'take')) {
      return rejected(read.reason, name, `${shown(name)}: ${read.message}`);
    }
    const value = read.ok ? read.value : text;
    const after = serialiseAttributeValue(value);
    if (after === undefined) {
      const message = `The cell of ${shown(name)} has more than ${LIMITS.attributeValueBytes} bytes as JSON, or a number of more than ${LIMITS.numberDigits} digits. Shorten it.`;
      return rejected('invalid_attribute_value', name, message);
    }
    if (after !== null && jsonHasUnsupportedCharacter(after)) return unsupported(name);
    if (after === null && current === undefined) return null;
    const difference = { column: name, attribute, before: current ?? null, after };
    return { value, difference: damage === undefined ? difference : { ...difference, damage } };
  }

  /** The reason for which a message cannot be applied. */
  private refusalOf(current: KnownCustomer, time: number, changes: number): RejectedRow | undefined {
    const column = this.key?.name;
    if (!current.stored && this.mapping.damaged === 'keep' && DAMAGED_ID.test(current.id)) {
      const message = `The id ${shown(current.id)} looks like one that a spreadsheet has damaged, and no customer has it. Restore it, or take damaged cells as they are.`;
      return rejected('damaged_id', column, message);
    }
    if (changes > LIMITS.attributes) {
      const message = `The row changes ${changes} attributes. At most ${LIMITS.attributes} are taken: leave columns out.`;
      return rejected('too_many_attributes', undefined, message);
    }
    if (current.suppressedAt !== undefined) {
      const message = 'The customer is suppressed: nothing of it is taken until it is unsuppressed.';
      return rejected('suppressed', column, message);
    }
    if (time > (ignoredUntil(current) ?? -1)) return undefined;
    const message = 'The customer was deleted later than the time of the row. Leave the row out.';
    return rejected('stale', column, message);
  }
}

const UNREADABLE = {
  row_too_long: 'The row has more than 1 MiB. Shorten its cells.',
  unclosed_quote: 'A cell begins with a quote that has no end. Close it, or write it twice within quotes.',
} as const;

/** The values of a customer as JSON, and their times, removed attributes included. */
function recordOf({ stored }: KnownCustomer): {
  valueOf: (name: string) => string | undefined;
  timeOf: (name: string) => number;
} {
  const values = new Map<string, string>();
  const times = new Map<string, number>();
  if (stored) {
    forEachMember(stored.attributes, (name, json) => values.set(name, json));
    forEachMember(stored.attributeTimes, (name, time) => times.set(name, Number(time)));
  }
  return { valueOf: (name) => values.get(name), timeOf: (name) => times.get(name) ?? -1 };
}

function rejected(reason: RowReason, column: string | undefined, message: string): RejectedRow {
  return { kind: 'rejected', reason, column, message };
}

function unsupported(column: string): RejectedRow {
  const message = `The cell of ${shown(column)} holds U+0000, which cannot be kept. Remove it.`;
  return rejected('unsupported_character', column, message);
}
