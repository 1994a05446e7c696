import type { FieldError } from '../errors.js';
import { IGNORED_ATTRIBUTE, isAttributeName } from '../message/attribute.js';
import { TimeZone } from '../search/time-zone.js';
import { foldText } from '../search/fold-text.js';
import { dateFormsOf } from './read-time.js';
import { unguarded } from './formula-guard.js';
import { COLUMN_PREFIX, isExportOnly } from './sheet-columns.js';
import { REASON_COLUMN, ROW_REASONS } from './row-plan.js';
import type { ColumnUse, DateForm, MappedColumn, SheetMapping } from './sheet-mapping.js';
import type { SheetColumn, SheetRow } from './sheet.js';

/** A column with some of its cells. */
export interface SampledColumn extends SheetColumn {
  /** The first different cells that are not empty, at most {@link SAMPLES}, each of at most {@link SAMPLE_CHARACTERS} characters. */
  readonly samples: readonly string[];
  /** As `dateFormsOf` says of all cells that were looked at. */
  readonly dateForms: readonly DateForm[];
}

export const SAMPLES = 5;
const SAMPLE_CHARACTERS = 100;
const UTC = 'UTC';
const REASONS = new Set<string>(ROW_REASONS);
const IDS = new Set(['id', 'userid', 'customerid', 'user', 'kundennummer', 'kundenid']);
const EMAILS = new Set(['email', 'emailaddress', 'mail', 'emailadresse']);
/** A mark that an encoding writes for a character that it cannot hold. A single `?` at the end is a question. */
const LOST_CHARACTER = /\uFFFD|\?./su;
const ONLY_MARKS = /^\?+$/;

/** Takes samples of the columns out of some rows. */
export function sampleColumns(columns: readonly SheetColumn[], rows: readonly SheetRow[]): SampledColumn[] {
  const readable = rows.filter(({ kind }) => kind === 'cells');
  return columns.map((column) => {
    const cells = [...new Set(readable.map(({ cells: row }) => unguarded(row[column.index] ?? '')))].filter(Boolean);
    const samples = cells.slice(0, SAMPLES).map((cell) => cell.slice(0, SAMPLE_CHARACTERS).toWellFormed());
    return { ...column, samples, dateForms: dateFormsOf(cells) };
  });
}

/**
 * Proposes the use of columns by their names, as an export gives them. Empty cells say nothing, and damaged ones are left alone, whatever an
 * earlier sheet was told: to remove and to damage is asked for each time.
 * @param columns with samples, where there are some
 */
export function proposeMapping(columns: readonly ProposedColumn[], known: KnownNames = {}): SheetMapping {
  const proposed = known.remembered?.columns ?? proposeColumns(columns, known.attributes ?? []);
  return { columns: proposed, empty: 'keep', damaged: 'keep' };
}

/** Names by which a mapping is proposed. */
export interface KnownNames {
  /** The mapping of an earlier sheet with columns of the same names. */
  readonly remembered?: SheetMapping;
  /** The names of all attributes, the most frequent first: `First name` is `first_name` if there is that, but no `First name`. */
  readonly attributes?: readonly string[];
}

type ProposedColumn = SheetColumn & Partial<Pick<SampledColumn, 'samples'>>;

function proposeColumns(columns: readonly ProposedColumn[], attributes: readonly string[]): MappedColumn[] {
  const key =
    columns.find(({ header }) => header === 'id') ??
    columns.find(({ header }) => IDS.has(plain(header))) ??
    columns.find(({ header }) => EMAILS.has(plain(header)));
  const named = namesByHeader(columns, attributes);
  const taken = new Set<string>();
  return columns.map((column): MappedColumn => {
    if (column === key) return { column: column.name, use: IDS.has(plain(column.header)) ? 'id' : 'email' };
    return { column: column.name, ...useOf(column, named, taken) };
  });
}

/** The attributes that columns mean whose names are those of no attribute, but nearly. */
function namesByHeader(columns: readonly SheetColumn[], attributes: readonly string[]): ReadonlyMap<string, string> {
  const known = new Set(attributes);
  const exact = new Set(columns.map(({ header }) => header));
  const near = new Map<string, string>();
  for (const name of attributes) if (!exact.has(name) && !near.has(plain(name))) near.set(plain(name), name);
  const named = new Map<string, string>();
  for (const { header } of columns) {
    const name = known.has(header) || plain(header) === '' ? undefined : near.get(plain(header));
    if (name !== undefined) named.set(header, name);
  }
  return named;
}

/**
 * @param named the attributes that headers mean, if not those of their own name
 * @param taken the attributes of columns before, which changes
 */
function useOf(column: ProposedColumn, named: ReadonlyMap<string, string>, taken: Set<string>): ColumnUse {
  const { header } = column;
  if (LOST_CHARACTER.test(header) || ONLY_MARKS.test(header) || isOfRejects(column)) return { use: 'ignore' };
  if (isExportOnly(header)) return { use: 'ignore' };
  const near = named.get(header);
  const own = header.startsWith(COLUMN_PREFIX) ? header.slice(COLUMN_PREFIX.length) : header;
  const attribute = near !== undefined && !taken.has(near) ? near : own;
  if (!isMappable(attribute) || taken.has(attribute)) return { use: 'ignore' };
  taken.add(attribute);
  return { use: 'attribute', attribute, type: 'auto', dateForm: 'auto', zone: UTC };
}

/** Finds what is wrong with a mapping. Each fault names the member and the way out. */
export function mappingFaults(columns: readonly SheetColumn[], mapping: SheetMapping): FieldError[] {
  const faults: FieldError[] = [];
  const names = new Set(columns.map(({ name }) => name));
  const seen = { columns: new Set<string>(), attributes: new Set<string>() };
  mapping.columns.forEach((mapped, at) => {
    const fault = (member: string, message: string): unknown =>
      faults.push({ field: `mapping.columns.${at}.${member}`, message });
    const { column } = mapped;
    if (!names.has(column))
      fault('column', `The sheet has no column ${JSON.stringify(column)}. Use a name of "columns".`);
    if (seen.columns.has(column)) fault('column', `The column ${JSON.stringify(column)} is named twice. Name it once.`);
    seen.columns.add(column);
    if (mapped.use === 'attribute') {
      const { attribute } = mapped;
      if (!isMappable(attribute)) {
        fault('attribute', 'An attribute has a name of 1 to 150 bytes, other than "id" and "__proto__".');
      }
      if (seen.attributes.has(attribute)) {
        fault('attribute', `Two columns hold the attribute ${JSON.stringify(attribute)}. Ignore one of them.`);
      }
      seen.attributes.add(attribute);
    }
    if ('zone' in mapped && !TimeZone.find(mapped.zone)) {
      fault('zone', `There is no time zone ${JSON.stringify(mapped.zone)}. Use a name such as Europe/Berlin.`);
    }
  });
  const count = (...uses: ColumnUse['use'][]): number => mapping.columns.filter(({ use }) => uses.includes(use)).length;
  const add = (message: string): unknown => faults.push({ field: 'mapping.columns', message });
  if (count('id', 'email') !== 1)
    add('Exactly one column must hold the id or the email of customers. Give it the use "id" or "email".');
  if (count('time') > 1) add('Only one column can hold the time of rows.');
  return faults;
}

/** True for the column that Roster has added to the rejected rows of a sheet, which were mended since. */
function isOfRejects({ header, samples = [] }: ProposedColumn): boolean {
  return header === REASON_COLUMN && samples.length > 0 && samples.every((sample) => REASONS.has(sample));
}

function isMappable(attribute: string): boolean {
  return isAttributeName(attribute) && attribute !== IGNORED_ATTRIBUTE;
}

/** A name without regard to case, marks, spaces, hyphens and underscores. */
function plain(name: string): string {
  return foldText(name).replace(/[\s_-]/g, '');
}
