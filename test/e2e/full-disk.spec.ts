import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CliProcess, ingest } from '../support/cli-process.js';
import { countsOf, firstDifference, stateOf, unaccounted } from '../support/database-state.js';
import { temporaryFolder } from '../support/engine.js';
import { event } from '../support/messages.js';
import { roughLines } from '../support/rough-lines.js';
import { writeLines } from '../support/write-lines.js';

const MIB = 1024 * 1024;
const FULL = '/dev/full';

const folder = temporaryFolder();
afterAll(() => folder.remove());

function environment(database: string): Readonly<Record<string, string>> {
  return { DATABASE_URL: `file:${database}`, INGEST_MEMORY_MB: '16', INGEST_WORKERS: '2' };
}

describe('a full disk', () => {
  it('stops an ingestion with one line, applies no batch by half, and lets it go on when there is room', async () => {
    const file = join(folder.path, 'rough.data');
    writeLines(file, roughLines({ seed: 3, events: 8_000, customers: 1_500, padding: 10 }).lines);
    const [once, cramped] = [join(folder.path, 'once.db'), join(folder.path, 'cramped.db')];
    const report = await ingest([file], { env: environment(once) });
    const reference = await stateOf(once);

    for (const mostFileBytes of [2 * MIB, 2.5 * MIB]) {
      const options = { env: environment(cramped), mostFileBytes };
      const { code, stdout, stderr } = await CliProcess.run(['ingest', '--json', file], options);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(
        /^(?:The database cannot be written|There is no room for the messages that were read): [^\n]+ Make room and try again\.\n$/,
      );
      const { customers, ingestions } = await stateOf(cramped);
      expect(ingestions).toHaveLength(1);
      const [failed] = ingestions;
      expect(['failed', 'interrupted']).toContain(failed.state);
      expect(failed.lines).toBeLessThan(report.lines);
      expect(unaccounted(failed)).toBe(0);
      expect(sumOfEvents(customers)).toBe(failed.events);
      expect(customers).toHaveLength(failed.customers);
    }

    await ingest([file], { env: environment(cramped) });
    const { customers, ingestions } = await stateOf(cramped);
    expect(firstDifference(customers, reference.customers)).toBeUndefined();
    expect(ingestions.map(({ state }) => state)).toEqual(['done']);
    expect(ingestions.map(countsOf)).toEqual([countsOf(report)]);
  });

  (existsSync(FULL) ? it : it.skip).each([1, 100_000])(
    'is no place for %i rejects: says so in a line',
    async (rejects) => {
      const database = join(folder.path, `rejects-${rejects}.db`);
      const end = await CliProcess.run(['ingest', '--json', '--rejects', FULL, '-'], {
        env: environment(database),
        input: [`${event()}\n`, '{}\n'.repeat(rejects)],
      });
      expect(end).toMatchObject({ code: 1, stdout: '' });
      expect(end.stderr).toMatch(/^The rejects cannot be written: ENOSPC[^\n]*\n$/);
      const { ingestions } = await stateOf(database);
      expect(ingestions).toMatchObject([{ state: 'done', events: 1, rejected: { unknown_type: rejects } }]);
    },
  );
});

function sumOfEvents(customers: readonly string[]): number {
  const counts = customers.flatMap((text) =>
    Object.values((JSON.parse(text) as { events: Record<string, number> }).events),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}
