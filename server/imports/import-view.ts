import type { Author } from '../domain/access/audit.js';
import { IMPORT_KEPT_MS, type StoredImport } from '../domain/import/stored-import.js';
import type { ColumnUse, SheetMapping } from '../domain/import/sheet-mapping.js';
import { allRejected, type Ingestion } from '../domain/ingestion/ingestion.js';
import type { SheetProgress } from './dry-run.js';
import { readSheet, type KeptSheet } from './kept-sheet.js';
import type { DryRunResult, SampledDifference } from './tally.js';
import type {
  DryRunView,
  ImportAuthorView,
  ImportCountsView,
  ImportSummaryView,
  ImportView,
  ShownState,
} from './import.dto.js';
import type { ColumnUseView, MappingView } from './sheet.dto.js';

/** An import with what is known of its runs. */
export interface ShownImport {
  readonly stored: StoredImport;
  /** The report of a confirmed import. */
  readonly ingestion: Ingestion | undefined;
  /** The job of this process that has to do with it, if there is one. */
  readonly job: { readonly kind: 'dry-run' | 'import'; readonly progress: SheetProgress } | undefined;
}

export function summaryOf({ stored, ingestion, job }: ShownImport): ImportSummaryView {
  const { id, name, bytes, failure, uploadedBy, confirmedBy, createdAt, confirmedAt, spool } = stored;
  const waits = spool !== undefined && confirmedAt === undefined;
  return {
    id,
    name,
    bytes,
    state: shownState(stored, ingestion, job),
    ...(failure !== undefined && { failure }),
    result: ingestion ? resultOf(ingestion) : null,
    progress: { ...(job?.progress ?? progressOf(stored, ingestion)), of_bytes: bytes },
    ingestion: stored.ingestion ?? null,
    uploaded_by: authorOf(uploadedBy),
    confirmed_by: confirmedBy ? authorOf(confirmedBy) : null,
    created_at: timeText(createdAt),
    confirmed_at: confirmedAt === undefined ? null : timeText(confirmedAt),
    expires_at: waits ? timeText(createdAt + IMPORT_KEPT_MS) : null,
  };
}

/** Writes an import as JSON. @param mayRead true for a caller that may read customers */
export function importJson(shown: ShownImport, mayRead: boolean): string {
  const view = JSON.stringify(viewOf(shown));
  const dryRun = dryRunOf(shown.stored);
  if (!dryRun || !mayRead) return view;
  // The result of the dry run is the last member, and the differences are the last of it: they are JSON already, whose numbers keep their digits.
  return `${view.slice(0, -2)},"differences":[${dryRun.differences.map(differenceJson).join(',')}]}}`;
}

function viewOf(shown: ShownImport): ImportView {
  const sheet = readSheet(shown.stored.sheet);
  const mapping = mappingView(sheet.mapping);
  const dryRun = dryRunOf(shown.stored);
  const uses = new Map(mapping.columns.map((use) => [use.column, use]));
  const summary: ImportSummaryView = summaryOf(shown);
  return Object.assign(summary, {
    format: {
      ...sheet.format,
      bom: sheet.found.hasByteOrderMark,
      found: { encoding: sheet.found.encoding, delimiter: sheet.found.delimiter },
      damaged_characters: dryRun?.damagedCharacters ?? sheet.damagedCharacters,
    },
    columns: sheet.columns.map((column) => ({
      index: column.index,
      name: column.name,
      header: column.header,
      samples: [...column.samples],
      date_forms: [...column.dateForms],
      use: uses.get(column.name) ?? { column: column.name, use: 'ignore' },
    })),
    mapping,
    mapping_is_remembered: sheet.isRemembered,
    dry_run: dryRun ? dryRunView(dryRun) : null,
  });
}

/** The result of the dry run of the present mapping. */
function dryRunOf({ dryRun }: Pick<StoredImport, 'dryRun'>): DryRunResult | undefined {
  // Safe: written by the runner.
  return dryRun === undefined ? undefined : (JSON.parse(dryRun) as DryRunResult);
}

function shownState({ state }: StoredImport, ingestion: Ingestion | undefined, job: ShownImport['job']): ShownState {
  if (job?.kind === 'dry-run') return 'checking';
  // Its process is gone, and none goes on with it yet.
  if (state === 'running' && !job && ingestion?.state === 'interrupted') return 'interrupted';
  return state;
}

/** The sums of an import, by the counts of its ingestion. */
export function resultOf({ counts }: Pick<Ingestion, 'counts'>): Pick<ImportCountsView, keyof ImportCountsView> {
  const { created = 0, damaged = 0 } = counts.sheet ?? {};
  const reasons: Record<string, number> = { ...counts.rejected, ...(counts.stale > 0 && { stale: counts.stale }) };
  return {
    rows: counts.lines - counts.blank,
    created,
    changed: counts.attributes - created,
    unchanged: counts.duplicates,
    rejected: allRejected(counts) + counts.stale,
    reasons,
    damaged,
  };
}

function progressOf(stored: StoredImport, ingestion: Ingestion | undefined): SheetProgress {
  if (ingestion) return { rows: ingestion.counts.lines - ingestion.counts.blank, bytes: ingestion.counts.bytes };
  return { rows: dryRunOf(stored)?.rows ?? 0, bytes: stored.state === 'checked' ? stored.bytes : 0 };
}

function mappingView({ columns, empty, damaged }: SheetMapping): MappingView {
  return { columns: columns.map(({ column, ...use }) => ({ column, ...useView(use) })), empty, damaged };
}

function useView(use: ColumnUse): Omit<ColumnUseView, 'column'> {
  switch (use.use) {
    case 'id':
    case 'email':
    case 'ignore':
      return { use: use.use };
    case 'time':
      return { use: use.use, date_form: use.dateForm, zone: use.zone };
    case 'attribute': {
      const { attribute, type, dateForm, zone } = use;
      return { use: use.use, attribute, type, date_form: dateForm, zone };
    }
    default:
      return use satisfies never;
  }
}

function dryRunView({ rejects, ...counts }: DryRunResult): DryRunView {
  const { rows, created, changed, unchanged, rejected, reasons, damaged } = counts;
  return {
    ...{ rows, created, changed, unchanged, rejected, reasons: { ...reasons }, damaged },
    rejects: rejects.map(({ row, line, reason, column, message }) => ({
      ...{ row, line, reason },
      ...(column !== undefined && { column }),
      message,
    })),
  };
}

function differenceJson(cell: SampledDifference): string {
  const { row, customer, column, attribute, before, after, damage, isKept } = cell;
  const head = JSON.stringify({ row, customer, column, attribute, damage, ...(isKept && { kept: true }) });
  const values = `${before === null ? '' : `,"before":${before}`}${after === null ? '' : `,"after":${after}`}`;
  return `${head.slice(0, -1)}${values}}`;
}

function authorOf({ kind, id, name }: Author): ImportAuthorView {
  return { kind, ...(id !== undefined && { id }), name };
}

function timeText(time: number): string {
  return new Date(time).toISOString();
}

/** Leaves out the cells of customers. */
export function forgetful(stored: StoredImport, sheet: KeptSheet): { sheet: string; dryRun: string | undefined } {
  const dryRun = dryRunOf(stored);
  return {
    sheet: JSON.stringify({ ...sheet, columns: sheet.columns.map((column) => ({ ...column, samples: [] })) }),
    dryRun: dryRun && JSON.stringify({ ...dryRun, differences: [], rejects: [] }),
  };
}
