import { Command, CommandRunner, Option } from 'nest-commander';
import { existsSync } from 'node:fs';
import { loadConfig } from '../config/config.js';
import { DomainError } from '../domain/errors.js';
import { refold } from '../domain/log/read-log.js';
import { recordDifferences, type RecordDifference } from '../domain/log/record-differences.js';
import { openEngine, type Storage } from '../storage/open-engine.js';

/** Exit code when a record differs from its log. */
const EXIT_DIFFERENT = 1;
const CUSTOMERS_AT_ONCE = 500;
/** The most customers, and the most differences of one, that are told. */
const MOST_CUSTOMERS = 20;
const MOST_DIFFERENCES = 5;

interface RefoldResult {
  readonly customers: number;
  readonly different: number;
  /** The first customers that differ, in the order of lists. */
  readonly first: readonly { readonly id: string; readonly differences: readonly RecordDifference[] }[];
}

/** Folds the record of every customer anew from its log, and compares, also while the server runs. */
@Command({
  name: 'refold',
  description: 'Fold every record anew from the log and compare; exit with 1 if one differs',
})
export class RefoldCommand extends CommandRunner {
  /**
   * @throws ConfigError
   * @throws DomainError `invalid_request` when there is no database; `storage_unavailable`
   */
  override async run(_arguments: string[], { json }: { readonly json?: boolean }): Promise<void> {
    const config = loadConfig();
    const { database } = config;
    if (database.kind === 'memory') throw refusal('A database in memory is gone with its process: it has no log.');
    if (database.kind === 'sqlite' && !existsSync(database.path)) {
      throw refusal(`There is no database ${database.path}.`);
    }
    const storage = await openEngine(config);
    try {
      const result = await refoldAll(storage);
      if (result.different > 0) process.exitCode = EXIT_DIFFERENT;
      process.stdout.write(`${json === true ? JSON.stringify(result) : describe(result)}\n`);
    } finally {
      await storage.close();
    }
  }

  @Option({ flags: '--json', description: 'print the result as one JSON object' })
  parseJson(): boolean {
    return true;
  }
}

/** Compares every record with its log. Each customer is read at one moment. */
export function refoldAll({ stored, log }: Pick<Storage, 'stored' | 'log'>): Promise<RefoldResult> {
  return stored.snapshot(async (snapshot) => {
    const first: { id: string; differences: readonly RecordDifference[] }[] = [];
    let [customers, different] = [0, 0];
    for (let last: string | undefined; ;) {
      const page = await snapshot.after(last, CUSTOMERS_AT_ONCE);
      for (const { id } of page) {
        const differences = await log.whole(id, async (own, messages, record) =>
          recordDifferences(id, record, await refold(id, own, messages, record)),
        );
        customers++;
        if (differences.length === 0) continue;
        different++;
        if (first.length < MOST_CUSTOMERS) first.push({ id, differences });
      }
      last = page.at(-1)?.id;
      if (page.length < CUSTOMERS_AT_ONCE) return { customers, different, first };
    }
  });
}

function describe({ customers, different, first }: RefoldResult): string {
  const all = customers.toLocaleString('en');
  if (different === 0) return `The log of every customer (${all}) adds up to its record.`;
  const lines = first.flatMap(({ id, differences }) => [
    `${JSON.stringify(id)}:`,
    ...differences
      .slice(0, MOST_DIFFERENCES)
      .map(({ of, record, log }) => `  ${of}: record ${record ?? 'none'}, log ${log ?? 'none'}`),
  ]);
  return [`${different.toLocaleString('en')} of ${all} customers differ from their log:`, ...lines].join('\n');
}

function refusal(message: string): DomainError {
  return new DomainError('invalid_request', message);
}
