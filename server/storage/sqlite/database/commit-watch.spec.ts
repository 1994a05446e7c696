import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { platform } from 'node:process';
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

  it('that change no customer are passed over, but not those of another right before and after', async () => {
    const [ours, other] = [open(), open()];
    // SQLite commits nothing when a value stays the same.
    let value = 0;
    const aside = async (): Promise<void> => {
      await ours.writeAside(() => write(ours, ++value));
      await nextTurn();
    };
    for (let round = 0; round < 20; round++) {
      if (round % 5 === 0) other.writer.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      await nextTurn();
      const first = ours.commitsSeen();
      await aside();
      expect(ours.commitsSeen()).toBe(platform === 'linux' ? first : first + 1);
      await nextTurn();
      write(other, ++value);
      await aside();
      const second = ours.commitsSeen();
      expect(second).toBeGreaterThan(first);
      const written = ours.writeAside(() => write(ours, ++value));
      await other.write(() => write(other, ++value));
      await written;
      await nextTurn();
      expect(ours.commitsSeen()).toBeGreaterThan(second);
      await nextTurn();
      const third = ours.commitsSeen();
      await ours.write(() => write(ours, ++value));
      expect(ours.commitsSeen()).toBeGreaterThan(third);
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
