import type { ImportCountsView } from '../import.dto.js';
import type { DryRunResult } from '../tally.js';

/** The report of an import, or of a dry run with its samples. */
export type ImportReport = ImportCountsView &
  Partial<Pick<DryRunResult, 'differences' | 'rejects'>> & {
    readonly source: string;
    readonly ingestion?: number;
    readonly dry_run?: true;
    readonly seconds: number;
  };

/** Differences of a dry run that are told to people. */
const MOST_TOLD = 10;

/** The report for people. */
export function describeImport(report: ImportReport): string {
  const number = (value: number): string => value.toLocaleString('en');
  const reasons = Object.entries(report.reasons).map(([reason, count]) => `\n    ${reason}: ${number(count)}`);
  const told = (report.differences ?? [])
    .slice(0, MOST_TOLD)
    .map(({ row, customer, attribute, before, after, isKept }) => {
      const change = `${before ?? 'nothing'} → ${after ?? 'nothing'}`;
      return `    row ${row}, customer ${customer}: ${attribute}: ${change}${isKept ? ' (damaged, left alone)' : ''}`;
    });
  return [
    `${report.source}: ${number(report.rows)} rows in ${report.seconds.toFixed(1)} s${report.dry_run ? ', tried only' : ''}`,
    `  customers   ${number(report.created)} created, ${number(report.changed)} changed, ${number(report.unchanged)} unchanged`,
    `  rejected    ${number(report.rejected)}${reasons.join('')}`,
    ...(report.damaged > 0 ? [`  damaged     ${number(report.damaged)} cells`] : []),
    ...(told.length > 0 ? ['  differences', ...told] : []),
  ].join('\n');
}
