import { join } from 'node:path';
import { NOWHERE, ANYONE } from '../../server/domain/access/audit.js';
import { deleteCustomer, patchAttributes } from '../../server/domain/customer/edit.js';
import { addLabel } from '../../server/domain/customer/labels.js';
import { restoration } from '../../server/domain/customer/trash.js';
import { SqliteDatabase } from '../../server/storage/sqlite/database/database.js';
import { openSqlite } from '../../server/storage/sqlite/open.js';
import { temporaryFolder } from '../support/engine.js';
import { catchUp, indexerOf, SMALL_BLOCKS } from '../support/indexed-engine.js';
import { attributes, event, ingestLines, UPDATED } from '../support/messages.js';
import { filesWith, gramsInBlocks, messagesWith, tablesWith } from '../support/traces.js';

const MARK = 'Xq7Zv';
/** A character that no other customer has, in the blocks of the search index as well. */
const RARE = '\u4e02';

describe('the bytes of an erased customer', () => {
  const folder = temporaryFolder();
  const path = join(folder.path, 'roster.db');
  const storage = openSqlite(path);
  const other = new SqliteDatabase(path);
  const index = (): Promise<void> => catchUp(indexerOf(other, SMALL_BLOCKS));
  const audit = (id: string) =>
    ({ author: ANYONE, origin: NOWHERE, action: 'customer.erased', target: id, details: {} }) as const;
  const values = (size: number, n: number) =>
    ['a', 'b', 'c'].map((name) => ({
      name: `${MARK}${RARE}${name}`,
      value: JSON.stringify(`${MARK}${RARE}${n}`.padEnd(size, `${MARK} `)),
    }));
  let seed = 7;
  const random = (below: number): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return (seed >>> 8) % below;
  };

  afterAll(async () => {
    await other.close();
    await storage.close();
    folder.remove();
  });

  it.each([
    ['4711', 1],
    [`${MARK}${RARE} id`, 2],
  ])('are in no file once customer %s is erased', async (id, run) => {
    const others = Array.from({ length: 600 }, (_, at) =>
      attributes(
        { email: `p${at}@example.com`, text: 'x'.repeat(random(random(8) === 0 ? 9_000 : 200)) },
        { user_id: at % 2 ? String(4_000 + at * 2 + run) : `${run} text ${at}` },
      ),
    );
    const own = Array.from({ length: 40 }, (_, at) => [
      event({ user_id: id, id: `${MARK}-${run}-e${at}`, name: `${MARK}${RARE}${at % 5}` }),
      attributes({ email: `${MARK}${RARE}${at}@example.com` }, { user_id: id, id: `${MARK}-${run}-a${at}` }),
    ]).flat();
    const step = Math.ceil(others.length / 20);
    for (let at = 0; at < 20; at++) {
      await ingestLines(storage, [...others.slice(at * step, (at + 1) * step), ...own.slice(at * 4, at * 4 + 4)]);
      const size = 10 + random(9_000);
      await storage.customers.change(id, (state) => patchAttributes(state, values(size, at), Date.now()), UPDATED);
      await storage.customers.change(id, (state) => addLabel(state, `${MARK}${RARE} label ${at % 3}`), UPDATED);
      await storage.notes.add(id, {
        id: at + 1,
        at,
        author: undefined,
        text: `${MARK}${RARE}`.repeat(random(800) + 1),
      });
      if (at % 4 === 1) await storage.notes.remove(id, at);
      if (at % 5 === 2) await index();
      if (at % 6 === 3) {
        await storage.customers.change(id, (state) => deleteCustomer(state, 1), UPDATED);
        const trashed = await storage.trash.get(id);
        if (!trashed) throw new Error('It is not in the trash.');
        await storage.customers.change(id, restoration(trashed), { ...UPDATED, action: 'restored' });
      }
      if (at % 7 === 0)
        await ingestLines(storage, [`{"id":"${MARK}","type":"event","user_id":"${id}","name":"${MARK}"`]);
    }
    await index();
    await storage.log.compact(new AbortController().signal);
    await ingestLines(storage, own.slice(0, 2));
    expect(filesWith(folder.path, MARK)).not.toEqual([]);
    expect(messagesWith(path, MARK).marked).toBeGreaterThan(50);
    expect(gramsInBlocks(path).filter((gram) => gram.includes(RARE)).length).toBeGreaterThan(10);

    await storage.customers.erase(id, { audit: audit(id) });
    expect(await storage.finishErasures()).toBe(true);

    const sql = async (text: string) => other.reader.prepare(text).all() as Record<string, unknown>[];
    expect(await tablesWith({ sql }, MARK)).toEqual([]);
    const left = messagesWith(path, MARK);
    expect(left.marked).toBe(0);
    expect(left.all).toBeGreaterThan(others.length - 2);
    expect(await tablesWith({ sql }, RARE)).toEqual([]);
    expect(gramsInBlocks(path).filter((gram) => gram.includes(RARE))).toEqual([]);
    expect(other.truncateLog()).toBe(true);
    expect(filesWith(folder.path, MARK)).toEqual([]);
    expect((await storage.check.run()).filter(({ differences }) => differences > 0)).toEqual([]);
  });
});
