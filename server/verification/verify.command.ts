import { Command, CommandRunner, Option } from 'nest-commander';
import { tokenOfEnvironment } from '../config/token.js';
import { DomainError } from '../domain/errors.js';
import { compareCustomer, type Difference } from './compare-customer.js';
import { readExpectedCustomers } from './expected-customers.js';
import { parseServerAddress, parseToken, readServedCustomers } from './served-customers.js';

interface VerifyOptions {
  readonly verifyFile: string;
  readonly serverAddr?: URL;
}

const DEFAULT_SERVER = 'http://localhost:1323';
const MOST_SHOWN = 20;
const EXIT_DIFFERENT = 1;

/** Compares a running server with an expected summary; exits with 1 when they differ. */
@Command({
  name: 'verify',
  description: 'Compare a running server with an expected summary; ROSTER_TOKEN is the token for a closed one',
})
export class VerifyCommand extends CommandRunner {
  /** @throws DomainError when ROSTER_TOKEN is no token, and when the file or the server cannot be read */
  override async run(_: string[], options: VerifyOptions): Promise<void> {
    const token = parseToken(tokenOfEnvironment());
    const expected = await readExpectedCustomers(options.verifyFile);
    const total = expected.size;
    const seen = new Set<string>();
    const differences = new Differences();
    for await (const customer of readServedCustomers(options.serverAddr ?? new URL(DEFAULT_SERVER), token)) {
      const { id } = customer;
      // A server that ignores `page` would make this loop endless.
      if (seen.has(id)) throw new DomainError('source_unreadable', `The server listed customer ${id} twice.`);
      seen.add(id);
      const fields = expected.get(id);
      if (fields) for (const difference of compareCustomer(fields, customer)) differences.add(difference);
      else differences.add({ customer: id, expected: 'none', actual: 'a customer' });
    }
    for (const id of expected.keys()) {
      if (!seen.has(id)) differences.add({ customer: id, expected: 'a customer', actual: 'none' });
    }
    if (differences.count === 0) {
      process.stdout.write(`${total} customers verified\n`);
      return;
    }
    process.stdout.write(differences.report());
    if (seen.size !== total) process.stdout.write(sizesDiffer(seen.size, total));
    process.exitCode = EXIT_DIFFERENT;
  }

  @Option({ flags: '--verify-file <file>', description: 'the expected summary, as CSV', required: true })
  parseVerifyFile(file: string): string {
    return file;
  }

  @Option({ flags: '--server-addr <address>', description: `where the server is (default: ${DEFAULT_SERVER})` })
  parseServerAddr(text: string): URL {
    return parseServerAddress(text);
  }
}

/** Names the usual reasons for many differences. @param served number of customers @param expected number of customers */
function sizesDiffer(served: number, expected: number): string {
  const reason =
    served < expected
      ? 'Was the file ingested, and is the ingestion done?'
      : 'Was another file ingested into the same database?';
  return `The server has ${served} customers, the summary ${expected}. ${reason}\n`;
}

/** Counts all differences, and keeps the first ones for the report. */
class Differences {
  count = 0;
  private readonly first: Difference[] = [];

  add(difference: Difference): void {
    this.count++;
    if (this.first.length < MOST_SHOWN) this.first.push(difference);
  }

  report(): string {
    const lines = this.first.map(({ customer, name, expected, actual }) => {
      const where = name === undefined ? '' : ` ${JSON.stringify(name)}:`;
      return `customer ${customer}:${where} expected ${expected}, actual ${actual}`;
    });
    if (this.count > lines.length) lines.push(`and ${this.count - lines.length} more`);
    lines.push(`${this.count} ${this.count === 1 ? 'difference' : 'differences'}`);
    return `${lines.join('\n')}\n`;
  }
}
