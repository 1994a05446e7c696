import { noCounts, type IngestionCounts } from '../../domain/ingestion/ingestion.js';
import type { RejectBlock } from '../../domain/ingestion/reject.js';
import { LIMITS } from '../../domain/limits.js';
import { RejectBudget } from './reject-budget.js';

const block = (first: number, bytes: number): RejectBlock => ({ first, count: 2, packed: new Uint8Array(bytes) });

describe('the budget of rejects', () => {
  it('is spent in the order of blocks, and closed by the first that does not fit', () => {
    const budget = new RejectBudget(LIMITS.rejectBytes - 100);
    const counts: IngestionCounts[] = [noCounts(), noCounts()];
    const taken = [
      budget.take([block(1, 60), block(3, 50), block(5, 10)], counts[0]),
      budget.take([block(7, 10)], counts[1]),
    ];
    expect(taken.map((blocks) => blocks.map(({ first }) => first))).toEqual([[1], []]);
    expect(counts).toMatchObject([{ rejectsNotKept: 4, rejectBytes: 100 }, { rejectsNotKept: 2 }]);
    expect([budget.left, counts[1].rejectBytes]).toEqual([0, undefined]);
  });

  it('is closed by a thread that did not keep all of its own', () => {
    const budget = new RejectBudget();
    const counts: IngestionCounts = { ...noCounts(), rejectsNotKept: 3 };
    expect(budget.take([block(1, 60)], counts)).toHaveLength(1);
    expect(counts).toMatchObject({ rejectsNotKept: 3, rejectBytes: LIMITS.rejectBytes });
    expect(budget.take([block(9, 1)], noCounts())).toEqual([]);
  });

  it('counts nothing where nothing was rejected', () => {
    const counts = noCounts();
    expect(new RejectBudget().take([], counts)).toEqual([]);
    expect(counts).toEqual(noCounts());
  });
});
