import {
  addCounts,
  allRejected,
  noCounts,
  reportOf,
  wholeMilliseconds,
  type Ingestion,
  type IngestionReport,
} from '../domain/ingestion/ingestion.js';

const MIB = 1024 * 1024;

/** The report of a source, with the reason if it was refused or could not be read to its end. */
export type SourceReport = IngestionReport & { readonly failure?: string };

export function isFailed({ state }: Ingestion): boolean {
  return state === 'failed' || state === 'refused';
}

export function sourceReportOf(ingestion: Ingestion): SourceReport {
  const { failure } = ingestion;
  return { ...reportOf(ingestion), ...(isFailed(ingestion) && failure !== undefined && { failure }) };
}

/** The report of one source, or the sums of several with their reports in `sources`. */
export function summarise(
  reports: readonly SourceReport[],
): SourceReport & { readonly sources?: readonly SourceReport[] } {
  if (reports.length === 1) return reports[0];
  const counts = noCounts();
  for (const report of reports) addCounts(counts, report);
  const sum = (of: (report: IngestionReport) => number): number => reports.reduce((all, report) => all + of(report), 0);
  const notKept = sum(({ rejects_not_kept: lines = 0 }) => lines);
  const seconds = wholeMilliseconds(sum((report) => report.seconds));
  const source = reports.map((report) => report.source).join(', ');
  return { source, ...counts, ...(notKept > 0 && { rejects_not_kept: notKept }), seconds, sources: reports };
}

/** Names customers whose id looks like a mistake of a client; an empty text when there are none. */
export function describeMistakes(ids: readonly string[]): string {
  if (ids.length === 0) return '';
  const names = ids.map((id) => JSON.stringify(id)).join(', ');
  return `  mistaken    the database has customers called ${names}: a client sent messages without a proper user_id, so these records mix many people\n`;
}

export function describeReport(report: IngestionReport): string {
  const number = (value: number): string => value.toLocaleString('en');
  const { rejects_not_kept: notKept = 0 } = report;
  const reasons = Object.entries(report.rejected).map(([reason, count]) => `\n    ${reason}: ${number(count)}`);
  return [
    `${report.source}: ${number(report.lines)} lines, ${(report.bytes / MIB).toFixed(1)} MiB in ${report.seconds.toFixed(1)} s`,
    `  applied     ${number(report.events)} events, ${number(report.attributes)} attribute messages, ${number(report.customers)} customers`,
    `  skipped     ${number(report.duplicates)} duplicates, ${number(report.stale)} stale, ${number(report.anonymous)} anonymous, ${number(report.blank)} blank`,
    `  rejected    ${number(allRejected(report))}${reasons.join('')}`,
    ...(notKept > 0
      ? [`  The rejects are at their limit: ${number(notKept)} of these lines are counted only, and not kept.`]
      : []),
  ].join('\n');
}

/** Says how much of an unfinished source is kept, and how to continue. */
export function describeStop({ source, counts, failure }: Ingestion): string {
  const lines = `${counts.lines.toLocaleString('en')} lines of ${source.name === '-' ? 'standard input' : source.name}`;
  const kept =
    failure === undefined
      ? `Stopped. The first ${lines} are kept.`
      : `Stopped. ${failure}\nAt least the first ${lines} are kept.`;
  const next = source.path === undefined ? 'Send all of it again' : 'Run the same command again: it goes on from there';
  return `${kept} ${next}, and nothing counts twice.`;
}
