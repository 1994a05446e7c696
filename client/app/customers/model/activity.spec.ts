import { ActivityCount, allMonths, closerRange, filled } from './activity';

const at = (start: string, event = 1): ActivityCount => ({ start, event, attributes: 0, edit: 0 });

describe('the activity of a customer', () => {
  it('is asked for from the earliest month on that the API counts', () => {
    expect(allMonths(Date.UTC(2026, 10, 29))).toEqual({ by: 'month', since: '1993-12-01', until: '2026-11-29' });
  });

  it.each([
    [['2026-11-01'], { by: 'day', since: '2026-11-01', until: '2026-11-30' }],
    [['2026-01-01', '2026-02-01'], { by: 'day', since: '2026-01-01', until: '2026-02-28' }],
    [['2026-01-01', '2026-03-01'], { by: 'week', since: '2026-01-01', until: '2026-03-31' }],
    [['2024-01-01', '2026-03-01'], null],
    [[], null],
  ])('in the months %j is shown by shorter spans where that says more', (months, range) => {
    expect(closerRange(months.map((month) => at(month)))).toEqual(range);
  });

  it('has the spans without an entry too, and at least twelve', () => {
    const starts = (by: 'day' | 'week' | 'month', ...some: string[]) =>
      filled({ counts: some.map((start) => at(start)), by, complete: true }).map(({ start }) => start);
    expect(starts('month', '2025-01-01', '2026-03-01')).toHaveLength(15);
    expect(starts('week', '2026-11-23').slice(-2)).toEqual(['2026-11-16', '2026-11-23']);
    expect(starts('day', '2026-03-01').slice(0, 2)).toEqual(['2026-02-18', '2026-02-19']);
    expect(starts('day')).toEqual([]);
    expect(filled({ counts: [at('2026-03-01', 5)], by: 'day', complete: true }).at(-1)?.event).toBe(5);
  });
});
