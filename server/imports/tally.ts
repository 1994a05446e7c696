import type { RowOutcome } from '../domain/import/accept-rows.js';
import type { CellDifference, RowReason } from '../domain/import/row-plan.js';
import type { RowEntry } from './row-groups.js';

/** The sums of a dry run or of an import. */
export interface ImportCounts {
  rows: number;
  created: number;
  changed: number;
  unchanged: number;
  rejected: number;
  reasons: Partial<Record<RowReason, number>>;
  damaged: number;
}

export interface SampledDifference extends CellDifference {
  readonly row: number;
  readonly customer: string;
  /** True if the cell is left alone, for its damage. */
  readonly isKept: boolean;
}

export interface SampledReject {
  readonly row: number;
  readonly line: number;
  readonly reason: RowReason;
  readonly column: string | undefined;
  readonly message: string;
}

/** The result of a dry run, as it is kept. */
export interface DryRunResult extends ImportCounts {
  readonly differences: readonly SampledDifference[];
  readonly rejects: readonly SampledReject[];
  /** Characters of the file that its encoding cannot give. */
  readonly damagedCharacters: number;
}

const MOST_SAMPLES = 100;

/** Sums up the outcomes of rows, and keeps the first of them. */
export class Tally {
  readonly counts: ImportCounts = {
    rows: 0,
    created: 0,
    changed: 0,
    unchanged: 0,
    rejected: 0,
    reasons: {},
    damaged: 0,
  };
  readonly differences: SampledDifference[] = [];
  readonly rejects: SampledReject[] = [];

  add({ row, customer = '' }: RowEntry, outcome: RowOutcome): void {
    const { counts } = this;
    counts.rows++;
    switch (outcome.kind) {
      case 'created':
      case 'changed':
        counts[outcome.kind]++;
        counts.damaged += damagedIn(outcome);
        for (const cell of outcome.differences) this.sample({ row: row.number, customer, ...cell, isKept: false });
        for (const cell of outcome.damaged) this.sample({ row: row.number, customer, ...cell, isKept: true });
        break;
      case 'unchanged':
        counts.unchanged++;
        counts.damaged += damagedIn(outcome);
        for (const cell of outcome.damaged) this.sample({ row: row.number, customer, ...cell, isKept: true });
        break;
      case 'rejected': {
        const { reason, column, message } = outcome;
        counts.rejected++;
        counts.reasons[reason] = (counts.reasons[reason] ?? 0) + 1;
        if (this.rejects.length < MOST_SAMPLES)
          this.rejects.push({ row: row.number, line: row.line, reason, column, message });
        break;
      }
      default:
        outcome satisfies never;
    }
  }

  private sample(difference: SampledDifference): void {
    if (this.differences.length < MOST_SAMPLES) this.differences.push(difference);
  }
}

/** The damaged cells of a row, whether they are taken or left alone. */
export function damagedIn(outcome: Exclude<RowOutcome, { kind: 'rejected' }>): number {
  const taken = outcome.kind === 'unchanged' ? [] : outcome.differences.filter(({ damage }) => damage !== undefined);
  return outcome.damaged.length + taken.length;
}
