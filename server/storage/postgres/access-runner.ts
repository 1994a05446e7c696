import type { ClientBase } from 'pg';
import type { AccessRunner, Statement, Work } from '../access/statement.js';
import type { PostgresDatabase } from './database/database.js';
import { readsOf, type Reads } from './database/reads.js';
import { EDIT } from './database/transaction-kind.js';

/** The names of prepared statements, by their text. */
const names = new Map<string, string>();

/** Runs work on the tables of access of a PostgreSQL database. */
export class PostgresAccessRunner implements AccessRunner {
  constructor(private readonly database: PostgresDatabase) {}

  read<T>(work: () => Work<T>): Promise<T> {
    return run(this.database, work());
  }

  write<T>(work: () => Work<T>): Promise<T> {
    return this.database.write(EDIT, (client) => runWithin(client, work()));
  }
}

/** Runs work within a transaction of a connection. */
export function runWithin<T>(client: ClientBase, work: Work<T>): Promise<T> {
  return run(readsOf(client), work);
}

/** Runs work whose statements need no transaction, or are in one. */
export async function run<T>(reads: Reads, work: Work<T>): Promise<T> {
  let step = work.next();
  while (step.done !== true) {
    const { text, values }: Statement = step.value;
    step = work.next(await reads.read(nameOf(text), text, [...values]));
  }
  return step.value;
}

function nameOf(text: string): string {
  let name = names.get(text);
  if (name === undefined) names.set(text, (name = `access_${names.size}`));
  return name;
}
