import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteDatabase } from './database.js';

describe('commits of a database', () => {
  const folder = mkdtempSync(join(tmpdir(), 'roster-commits-'));
  const path = join(folder, 'a.db');
  const databases: SqliteDatabase[] = [];
  const open = (): SqliteDatabase => {
    const database = new SqliteDatabase(path);
    databases.push(database);
    return database;
  };
  const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  afterEach(async () => {
    for (const database of databases.splice(0)) await database.close();
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const write = (database: SqliteDatabase, value: number): void =>
    database.writer.exec(`INSERT INTO meta VALUES ('test', ${value}) ON CONFLICT DO UPDATE SET value = ${value}`);

  it('of another are seen in the next turn, every one, and nothing else is', async () => {
    const [ours, other] = [open(), open()];
    const first = ours.commitsSeen();
    await nextTurn();
    expect(ours.commitsSeen()).toBe(first);
    for (let value = 0; value < 200; value++) {
      // Some come right after the log was emptied.
      if (value % 50 === 0) other.writer.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      await nextTurn();
      const before = ours.commitsSeen();
      write(other, value);
      await nextTurn();
      expect(ours.commitsSeen()).toBeGreaterThan(before);
      await nextTurn();
      const last = ours.commitsSeen();
      await nextTurn();
      expect(ours.commitsSeen()).toBe(last);
    }
  });

  it('are seen by one when another of this process was closed', async () => {
    const [ours, closed, other] = [open(), open(), open()];
    closed.commitsSeen();
    const first = ours.commitsSeen();
    await closed.close();
    write(other, -1);
    await nextTurn();
    expect(ours.commitsSeen()).toBeGreaterThan(first);
  });
});
