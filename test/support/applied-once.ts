import type { IngestionReport } from '../../server/domain/ingestion/ingestion.js';
import { countsOf, firstDifference, unaccounted, type DatabaseState } from './database-state.js';

/**
 * Expects a database whose ingestions of one file were interrupted to be as if nothing had been: the first ingestion tells what an
 * undisturbed one told, and those after it found nothing new.
 * @param reference the database after an undisturbed ingestion
 * @param report of that ingestion
 */
export function expectAppliedOnce(state: DatabaseState, reference: DatabaseState, report: IngestionReport): void {
  expect(firstDifference(state.customers, reference.customers)).toBeUndefined();
  expect(state.ingestions.map((ingestion) => ingestion.state)).toEqual(state.ingestions.map(() => 'done'));
  expect(state.ingestions.map(unaccounted)).toEqual(state.ingestions.map(() => 0));
  const duplicates = report.events + report.attributes + report.duplicates;
  const replay = { ...(countsOf(report) as object), events: 0, attributes: 0, customers: 0, duplicates };
  expect(state.ingestions.map(countsOf)).toEqual([countsOf(report), ...state.ingestions.slice(1).map(() => replay)]);
}
