import { exportFileName } from './export-file';

describe('exportFileName', () => {
  const day = new Date(2026, 0, 5, 23, 59);

  it.each([
    [null, 'customers-2026-01-05.csv'],
    ['Berlin buyers', 'berlin-buyers-2026-01-05.csv'],
    ['a/b: "c" <d> | e?', 'a-b-c-d-e-2026-01-05.csv'],
    ['Köln 日本', 'köln-日本-2026-01-05.csv'],
    ['..', '--2026-01-05.csv'],
    ['\u0000 / ', 'customers-2026-01-05.csv'],
    ['😀'.repeat(90), `${'😀'.repeat(80)}-2026-01-05.csv`],
  ])('names the file of %j', (segment, name) => {
    expect(exportFileName(segment, day, 'csv')).toBe(name);
  });
});
