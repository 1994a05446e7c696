import { CellDifferenceView } from '../../api/models/cell-difference-view';
import { ColumnUseView } from '../../api/models/column-use-view';
import { DryRunView } from '../../api/models/dry-run-view';
import { ImportChanges } from '../../api/models/import-changes';
import { ImportCountsView } from '../../api/models/import-counts-view';
import { ImportSummaryView } from '../../api/models/import-summary-view';
import { ImportView } from '../../api/models/import-view';
import { MappingView } from '../../api/models/mapping-view';
import { RejectedRowView } from '../../api/models/rejected-row-view';
import { SheetColumnView } from '../../api/models/sheet-column-view';
import { SheetFormatView } from '../../api/models/sheet-format-view';

/** A spreadsheet that was uploaded, with its columns, its mapping and its results. */
export type SheetImport = Readonly<ImportView>;
/** An import as the list has it. */
export type ImportSummary = Readonly<ImportSummaryView>;
export type ImportState = ImportSummaryView['state'];
export type ImportCounts = Readonly<ImportCountsView>;
export type DryRun = Readonly<DryRunView>;
export type SheetColumn = Readonly<SheetColumnView>;
export type ColumnUse = Readonly<ColumnUseView>;
export type Mapping = Readonly<MappingView>;
export type Encoding = SheetFormatView['encoding'];
export type Delimiter = SheetFormatView['delimiter'];
export type Change = Readonly<ImportChanges>;
export type Difference = Readonly<CellDifferenceView>;
export type RejectedRow = Readonly<RejectedRowView>;

/** True while the server reads the file for a dry run or for the import itself. */
export function isAtWork(state: ImportState): boolean {
  return state === 'checking' || state === 'running';
}
