import { statSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../../../test/support/engine.js';
import { SqliteDatabase } from './database.js';

const MIB = 1024 * 1024;

describe('the log of a file', () => {
  it('is moved into the file by another thread, and by commits only once it is long', async () => {
    const { path: folder, remove } = temporaryFolder();
    const path = join(folder, 'roster.db');
    const server = new SqliteDatabase(path, { checkpointsElsewhere: true });
    const thread = new SqliteDatabase(path, { mustExist: true });
    const megabytes = (): number => Math.round(statSync(path).size / MIB);
    const write = (count: number): Promise<unknown> =>
      server.write(() => {
        for (let n = 0; n < count; n++) server.writer.exec(`INSERT INTO blobs VALUES (zeroblob(${MIB}))`);
      });
    await server.write(() => server.writer.exec('CREATE TABLE blobs (bytes BLOB)'));
    await write(10);
    await write(20);
    expect(megabytes()).toBeLessThan(2);
    // Not within a transaction, whose log is still open.
    await thread.write(() => thread.checkpoint());
    expect(megabytes()).toBeLessThan(2);
    thread.checkpoint();
    expect(megabytes()).toBeGreaterThan(29);
    await write(270);
    expect(megabytes()).toBeGreaterThan(299);
    await thread.close();
    await server.close();
    remove();
  });

  it('stays as it is while another connection is within a transaction', async () => {
    const { path: folder, remove } = temporaryFolder();
    const [ours, other] = [1, 2].map(
      () => new SqliteDatabase(join(folder, 'roster.db'), { checkpointsElsewhere: true }),
    );
    await ours.write(() =>
      ours.writer.exec(`CREATE TABLE blobs (bytes BLOB); INSERT INTO blobs VALUES (zeroblob(${40 * MIB}))`),
    );
    await other.write(() => {
      other.writer.exec('INSERT INTO blobs VALUES (1)');
      ours.checkpoint();
    });
    expect(ours.reader.prepare('SELECT count(*) AS blobs FROM blobs').get()).toEqual({ blobs: 2 });
    await ours.close();
    await other.close();
    remove();
  });
});
