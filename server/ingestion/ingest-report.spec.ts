import { noCounts } from '../domain/ingestion/ingestion.js';
import { summarise } from './ingest-report.js';

describe('the report of several sources', () => {
  it('has whole milliseconds, as that of one source', () => {
    const report = (source: string, seconds: number) => ({ source, ...noCounts(), seconds });
    expect(0.1 + 0.2).not.toBe(0.3);
    expect(summarise([report('a', 0.1), report('b', 0.2)]).seconds).toBe(0.3);
  });
});
