import { asLine } from './create-app.js';

describe('a message in a terminal', () => {
  it('is one line, without what is nothing', () => {
    const counts = { lines: 12, blank: 0, rejected: { invalid_json: 2, invalid_id: 1 }, seconds: 0.5 };
    expect(asLine({ message: 'Ingestion 1 done', ...counts })).toBe(
      'Ingestion 1 done: lines 12, rejected invalid_json 2, invalid_id 1, seconds 0.5',
    );
    expect(asLine({ message: 'Ingestion 2 done', lines: 1, rejected: {} })).toBe('Ingestion 2 done: lines 1');
  });

  it('is a text as it is', () => {
    expect(asLine('Roster stops.')).toBe('Roster stops.');
  });
});
