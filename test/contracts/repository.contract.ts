import { Readable } from 'node:stream';
import type { AttributeChange } from '../../server/domain/message/attribute.js';
import { customerJson } from '../../server/domain/customer/customer-json.js';
import type { CustomerEdit } from '../../server/domain/customer/customer-repository.js';
import { deleteCustomer, patchAttributes, overwriteAttributes } from '../../server/domain/customer/edit.js';
import { noCounts, type Source } from '../../server/domain/ingestion/ingestion.js';
import { FoldedBatch } from '../../server/domain/customer/folded-batch.js';
import { BatchBuilder } from '../../server/ingestion/folding/batch-builder.js';
import type { Reject } from '../../server/domain/ingestion/reject.js';
import { openStream } from '../../server/ingestion/sources/source.js';
import { expectAgreement } from '../support/agreement.js';
import type { Cases, Engine } from '../support/engine.js';
import { viewsOf } from '../support/rejects.js';
import { allCustomers, attributes, event, ingestLines, ingestorOf, shown, TIME, UPDATED } from '../support/messages.js';

/** In seconds since the Unix epoch, as in messages. */
const NOW = 1_600_000_000;

function set(changes: Readonly<Record<string, string | null>>, now = NOW): CustomerEdit {
  return (state) => patchAttributes(state, changesOf(changes), now * 1000);
}

function overwrite(values: Readonly<Record<string, string>>, now = NOW): CustomerEdit {
  return (state) => overwriteAttributes(state, changesOf(values), now * 1000);
}

function remove(now: number): CustomerEdit {
  return (state) => deleteCustomer(state, now * 1000);
}

function changesOf(values: Readonly<Record<string, string | null>>): AttributeChange[] {
  return Object.entries(values).map(([name, value]) => ({
    name,
    value: value === null ? null : JSON.stringify(value),
  }));
}

function file(over: Partial<Source> = {}): Source {
  return { name: 'a.data', path: '/data/a.data', size: 10, fingerprint: 'f1', ...over };
}

function utf8(bytes: Uint8Array | undefined): string | undefined {
  return bytes && Buffer.from(bytes).toString();
}

/** Tests the repositories of an engine. */
export function describeRepository(name: string, open: () => Promise<Engine>, cases: Cases = 'all'): void {
  const describeOther = cases === 'all' ? describe : () => undefined;
  describe(`the repository on ${name}`, () => {
    let engine: Engine;
    const ingest = (...lines: string[]) => ingestLines(engine, lines);
    const find = async (id: string): Promise<unknown> => shown(await engine.customers.get(id));
    const idsOf = async (offset: number, limit: number): Promise<string[]> =>
      (await engine.customers.page(offset, limit)).customers.map((customer) => customer.id);

    beforeEach(async () => {
      engine = await open();
    });
    afterEach(() => expectAgreement(engine).finally(() => engine.close()));

    describe('messages', () => {
      it('make one record of a customer', async () => {
        await ingest(
          event({ name: 'b' }),
          attributes({ z: 'z', a: 1 }),
          event({ name: 'a' }),
          event({ name: 'b', timestamp: 9 }),
        );
        expect(await engine.customers.get('1')).toEqual({
          id: '1',
          attributes: '{"a":1,"z":"z"}',
          events: '{"a":1,"b":2}',
          lastUpdated: TIME * 1000,
        });
      });

      it('count once, however often and wherever they come', async () => {
        const lines = [event(), event(), attributes({ a: 'x' }), event({ user_id: 'other' })];
        const first = await ingest(...lines, ...lines);
        expect(first).toMatchObject({ events: 3, attributes: 1, duplicates: 4, customers: 2 });
        expect(await ingest(...lines)).toMatchObject({ events: 0, attributes: 0, duplicates: 4, customers: 0 });
        expect(await find('1')).toEqual({ id: '1', attributes: { a: 'x' }, events: { page: 2 }, last_updated: TIME });
      });

      it('keep the order in which they were first applied when a tie is replayed', async () => {
        const one = attributes({ a: 'one' });
        await ingest(one);
        await ingest(attributes({ a: 'two' }));
        await ingest(one);
        expect(await find('1')).toMatchObject({ attributes: { a: 'two' } });
      });

      it('lose to newer ones across sources, also when they remove', async () => {
        await ingest(attributes({ a: null, b: 'new' }, { timestamp: 200 }));
        await ingest(attributes({ a: 'old', b: 'old', c: 'old' }, { timestamp: 100 }));
        expect(await find('1')).toEqual({ id: '1', attributes: { b: 'new', c: 'old' }, events: {}, last_updated: 200 });
      });

      it('keep every character of an id, a name and a value, a leading U+FEFF as well', async () => {
        const [id, number, name] = ['k', '5', 'plan'] as const;
        const marked = [id, number].map((text) => `\ufeff${text}`);
        const lines = [id, number, ...marked].flatMap((user_id) => [
          attributes({ [name]: user_id, [`\ufeff${name}`]: `\ufeff${user_id}` }, { user_id }),
          event({ user_id, name: `\ufeff${name}` }),
        ]);
        const customers = [number, id, ...marked.reverse()].map((user_id) => ({
          id: user_id,
          attributes: { [name]: user_id, [`\ufeff${name}`]: `\ufeff${user_id}` },
          events: { [`\ufeff${name}`]: 1 },
          last_updated: TIME,
        }));
        expect(await ingest(...lines)).toMatchObject({ attributes: 4, events: 4, customers: 4 });
        expect(await allCustomers(engine.customers)).toEqual(customers);
        // Ingests again, now that the customers exist.
        const later = marked.map((user_id) => attributes({ plan: '\ufeff' }, { user_id, timestamp: TIME + 1 }));
        expect(await ingest(...later, ...lines)).toMatchObject({ attributes: 2, duplicates: 8, customers: 2 });
        expect(await find(id)).toEqual(customers[1]);
        expect(await find(marked[0])).toMatchObject({ id: marked[0], attributes: { plan: '\ufeff' } });
      });

      it('of one customer are told apart in any number, over many merges', async () => {
        const lines = Array.from({ length: 1_500 }, (_, i) => event({ id: `number ${i}`, name: `n${i % 7}` }));
        for (let at = 0; at < lines.length; at += 300) await ingest(...lines.slice(at, at + 300));
        expect(await ingest(...lines, event({ name: 'n0' }))).toMatchObject({ events: 1, duplicates: 1_500 });
        const { events } = (await find('1')) as { events: Record<string, number> };
        expect(events).toEqual({ n0: 216, n1: 215, n2: 214, n3: 214, n4: 214, n5: 214, n6: 214 });
      });
    });

    describeOther('lists', () => {
      const ids = ['10', '9', 'b', 'a', '007', '😀', 'ｚ', '0', '9007199254740991', '-1'];
      const ordered = ['0', '9', '10', '9007199254740991', '-1', '007', 'a', 'b', 'ｚ', '😀'];

      it('put numbers first, then the others by code point, in pages', async () => {
        await ingest(...ids.map((id) => event({ user_id: id })));
        expect(await idsOf(0, 100)).toEqual(ordered);
        for (let offset = 0; offset <= ids.length; offset++) {
          expect(await idsOf(offset, 3)).toEqual(ordered.slice(offset, offset + 3));
        }
        expect(await engine.customers.page(2, 1)).toMatchObject({ total: 10, customers: [{ id: '10' }] });
        expect(await engine.customers.page(1e15, 25)).toEqual({ customers: [], total: 10 });
      });

      it('find any page of many customers, that come and go in any order', async () => {
        const many = Array.from({ length: 2_000 }, (_, i) =>
          i % 4 === 3 ? `t${String(i).padStart(5, '0')}` : String(i * 7),
        );
        const shuffled = many.map((id, i) => [(i * 7_919) % 2_000, id] as const).sort(([a], [b]) => a - b);
        await ingest(...shuffled.map(([, id]) => event({ user_id: id })));
        const gone = new Set(many.filter((_, i) => i % 5 === 0));
        await engine.customers.changeEach([...gone], remove(NOW), UPDATED);
        await engine.customers.change('t', set({ email: 'a@b' }), UPDATED);
        const left = [...many.filter((id) => !gone.has(id) && !id.startsWith('t')), 't'].concat(
          many.filter((id) => !gone.has(id) && id.startsWith('t')),
        );
        expect(await idsOf(0, 10_000)).toEqual(left);
        for (const offset of [0, 1, 511, 512, 513, 777, 1_199, 1_200, 1_599, 1_600]) {
          expect(await idsOf(offset, 2)).toEqual(left.slice(offset, offset + 2));
        }
        expect(await engine.customers.page(0, 1)).toMatchObject({ total: 1_601 });
      });

      it('are the same as JSON, byte for byte, whatever the ids and the page', async () => {
        const odd = [
          '"',
          '\\',
          "'",
          '/',
          ',',
          'a"b\\c',
          '\u2028',
          '\u007f',
          ' ',
          '%',
          '0x10',
          '1.0',
          '-0',
          '00',
          'é',
          '{}',
        ];
        const controls = Array.from({ length: 31 }, (_, i) => String.fromCharCode(i + 1));
        await ingest(...ids.map((id) => event({ user_id: id, name: 'a "b" é' })));
        await ingest(
          ...[...odd, ...controls].map((id) => attributes({ n: [1.5, null, { x: '\n😀' }] }, { user_id: id })),
        );
        const { customers, total } = await engine.customers.page(0, 1000);
        expect(customers).toHaveLength(ids.length + odd.length + controls.length);
        const json = customers.map((customer) => customerJson(customer));
        for (const [i, { id }] of customers.entries()) {
          expect([id, utf8(await engine.customers.getJson(id))]).toEqual([id, json[i]]);
        }
        for (const [offset, limit] of [
          [0, 1000],
          [0, 1],
          [3, 7],
          [total - 1, 5],
        ]) {
          const page = await engine.customers.pageJson(offset, limit);
          expect([utf8(page.customers), page.total]).toEqual([json.slice(offset, offset + limit).join(','), total]);
        }
        expect(await engine.customers.getJson('nobody')).toBeUndefined();
      });

      it('as JSON are those of the last write', async () => {
        const jsonOf = async (): Promise<unknown> => {
          const { customers, total } = await engine.customers.pageJson(0, 10);
          return [...(JSON.parse(`[${utf8(customers)}]`) as { id: unknown }[]).map(({ id }) => id), total];
        };
        expect(await jsonOf()).toEqual([0]);
        await ingest(event({ user_id: '2' }));
        expect(await jsonOf()).toEqual([2, 1]);
        await engine.customers.change('1', set({ email: 'a@b' }), UPDATED);
        expect(await jsonOf()).toEqual([1, 2, 2]);
        await engine.customers.change('2', remove(NOW), UPDATED);
        expect(await jsonOf()).toEqual([1, 1]);
        await engine.customers.change('1', remove(NOW), UPDATED);
        expect(await jsonOf()).toEqual([0]);
        expect(await engine.customers.getJson('1')).toBeUndefined();
      });

      it('are empty at first', async () => {
        expect(await engine.customers.page(0, 25)).toEqual({ customers: [], total: 0 });
      });
    });

    describe('edits', () => {
      it('start a customer that nobody knew', async () => {
        const made = await engine.customers.change('new', overwrite({ email: 'a@b' }), UPDATED);
        expect(made).toEqual({ id: 'new', attributes: '{"email":"a@b"}', events: '{}', lastUpdated: NOW * 1000 });
        expect(await engine.customers.get('new')).toEqual(made);
        expect(await engine.customers.page(0, 9)).toEqual({ customers: [made], total: 1 });
      });

      it('see the customer as it is, and what they throw changes nothing', async () => {
        await ingest(event());
        const seen: unknown[] = [];
        const failing: CustomerEdit = (state, current) => {
          seen.push(state.exists, current && { ...current });
          set({ a: 'x' })(state, current);
          throw new Error('no');
        };
        await expect(engine.customers.change('1', failing, UPDATED)).rejects.toThrow('no');
        await expect(engine.customers.change('unknown', failing, UPDATED)).rejects.toThrow('no');
        expect(seen[0]).toBe(true);
        expect(seen[1]).toMatchObject({ id: '1', attributes: '{}', events: '{"page":1}', lastUpdated: TIME * 1000 });
        expect(seen.slice(2)).toEqual([false, undefined]);
        expect(await allCustomers(engine.customers)).toEqual([
          { id: '1', attributes: {}, events: { page: 1 }, last_updated: TIME },
        ]);
      });

      it('win over what came before and lose to what is newer', async () => {
        const future = NOW + 600;
        await ingest(attributes({ a: 'ahead', b: 'b', c: 'c' }, { timestamp: future }));
        await engine.customers.change('1', set({ a: 'edited', b: null }), UPDATED);
        expect(await find('1')).toEqual({
          id: '1',
          attributes: { a: 'edited', c: 'c' },
          events: {},
          last_updated: NOW,
        });
        await ingest(attributes({ a: 'older', b: 'older' }, { timestamp: future - 1 }));
        expect(await find('1')).toMatchObject({ attributes: { a: 'edited', c: 'c' } });
        await ingest(attributes({ a: 'newer' }, { timestamp: future + 1 }));
        expect(await find('1')).toMatchObject({ attributes: { a: 'newer', c: 'c' }, last_updated: future + 1 });
      });

      it('that overwrite leave tombstones and keep the events', async () => {
        await ingest(event(), attributes({ a: 'x', b: 'y' }));
        await engine.customers.change('1', overwrite({ email: 'a@b', b: 'kept' }), UPDATED);
        await ingest(attributes({ a: 'older' }, { timestamp: NOW - 1 }));
        expect(await find('1')).toEqual({
          id: '1',
          attributes: { b: 'kept', email: 'a@b' },
          events: { page: 1 },
          last_updated: NOW,
        });
      });

      it('run one after another when they come at once', async () => {
        const append: CustomerEdit = (state, current) => {
          const before = current ? (JSON.parse(current.attributes) as { list: string }).list : '';
          set({ list: `${before}x` })(state, current);
        };
        await Promise.all(Array.from({ length: 50 }, () => engine.customers.change('1', append, UPDATED)));
        expect(await find('1')).toMatchObject({ attributes: { list: 'x'.repeat(50) } });
      });
    });

    describe('a deletion', () => {
      const before = [event({ id: 'e1' }), attributes({ a: 'x' }, { id: 'a1' })];

      it('of a customer that nobody knew holds against old messages', async () => {
        await Promise.all(['1', 'text'].map((id) => engine.customers.change(id, remove(NOW), UPDATED)));
        expect(await ingest(...before, event({ user_id: 'text' }))).toMatchObject({ stale: 3, customers: 0 });
        expect(await engine.customers.page(0, 9)).toEqual({ customers: [], total: 0 });
      });

      it.each(['1', 'text'])('of customer %s is not undone by old messages, but by a newer one', async (id) => {
        const lines = before.map((line) => line.replace('"user_id":"1"', `"user_id":"${id}"`));
        await ingest(...lines);
        expect(await engine.customers.change(id, remove(NOW), UPDATED)).toBeUndefined();
        expect(await engine.customers.get(id)).toBeUndefined();
        expect(await ingest(...lines, event({ user_id: id, timestamp: NOW }))).toMatchObject({
          stale: 3,
          customers: 0,
        });
        expect(await engine.customers.page(0, 9)).toEqual({ customers: [], total: 0 });
        await ingest(attributes({ b: 'y' }, { user_id: id, timestamp: NOW + 1 }), ...lines);
        expect(await allCustomers(engine.customers)).toEqual([
          { id, attributes: { b: 'y' }, events: {}, last_updated: NOW + 1 },
        ]);
      });

      it('is not undone by a replay of a message that was ahead of the clock', async () => {
        const ahead = [event({ timestamp: NOW + 60 }), attributes({ a: 'x' }, { timestamp: NOW + 60 })];
        await ingest(...ahead);
        await engine.customers.change('1', remove(NOW), UPDATED);
        expect(await ingest(...ahead)).toMatchObject({ duplicates: 2, customers: 0 });
        expect(await find('1')).toBeUndefined();
      });

      it('is ended by an edit, and still holds against old messages', async () => {
        await ingest(...before);
        await engine.customers.change('1', remove(NOW), UPDATED);
        await engine.customers.change('1', overwrite({ email: 'a@b' }, NOW), UPDATED);
        await ingest(...before);
        expect(await find('1')).toEqual({ id: '1', attributes: { email: 'a@b' }, events: {}, last_updated: NOW });
      });
    });

    describe('ingestions', () => {
      it('are reported in numbers that add up, with their rejects', async () => {
        const report = await ingest(
          event(),
          '',
          'no json',
          event({ user_id: null }),
          event({ id: '' }),
          attributes({}),
        );
        expect(report).toEqual({
          source: 'test',
          bytes: expect.any(Number) as number,
          lines: 6,
          blank: 1,
          events: 1,
          attributes: 1,
          duplicates: 0,
          anonymous: 1,
          stale: 0,
          rejected: { invalid_json: 1, invalid_id: 1 },
          customers: 1,
          seconds: 0,
        });
        const [ingestion] = await engine.ingestions.list(10);
        expect(await engine.ingestions.find(ingestion.id)).toEqual(ingestion);
        expect(ingestion).toMatchObject({ state: 'done', counts: { lines: 6 } });
        expect(await viewsOf(engine.ingestions.rejects(ingestion.id))).toMatchObject([
          { line: 3, reason: 'invalid_json', text: 'no json' },
          { line: 5, reason: 'invalid_id' },
        ]);
      });

      it('are listed newest first', async () => {
        for (const name of ['a', 'b', 'c']) await engine.ingestions.begin(file({ name, path: name }));
        expect((await engine.ingestions.list(2)).map((ingestion) => ingestion.source.name)).toEqual(['c', 'b']);
        expect(await engine.ingestions.find(99)).toBeUndefined();
      });

      it('that were not finished are taken up where they were committed', async () => {
        const batch = new FoldedBatch(new BatchBuilder(await engine.customers.identityKey()).finish(true));
        const { id } = await engine.ingestions.begin(file());
        const counts = { ...noCounts(), lines: 3, bytes: 5, blank: 3 };
        await engine.customers.apply([batch], { ingestionId: id, counts, rejects: [] });
        await engine.ingestions.finish(id, { state: 'interrupted' });
        expect(await engine.ingestions.runOf(file())).toBeUndefined();
        expect(await engine.ingestions.claim(file())).toMatchObject({ id, state: 'running', counts });
      });

      it('start anew when the file has changed, or was read to its end', async () => {
        const { id } = await engine.ingestions.begin(file());
        await engine.ingestions.finish(id, { state: 'failed', failure: 'the disk is full' });
        expect(await engine.ingestions.find(id)).toMatchObject({ state: 'failed', failure: 'the disk is full' });
        const second = await engine.ingestions.begin(file({ fingerprint: 'f2' }));
        expect(second.id).not.toBe(id);
        await engine.ingestions.finish(second.id, { state: 'done' });
        expect((await engine.ingestions.begin(file({ fingerprint: 'f2' }))).id).not.toBe(second.id);
      });

      it('that were refused are not read again until their file changes, unless they are asked for', async () => {
        const { id } = await engine.ingestions.begin(file());
        const refused = await engine.ingestions.finish(id, { state: 'refused', failure: 'it is a PNG image' });
        expect(refused).toMatchObject({ state: 'refused', failure: 'it is a PNG image' });
        expect(await engine.ingestions.runOf(file())).toBe('done');
        expect(await engine.ingestions.claim(file())).toBeUndefined();
        expect(await engine.ingestions.runOf(file({ fingerprint: 'f2' }))).toBeUndefined();
        expect(await engine.ingestions.begin(file())).toMatchObject({ id, state: 'running', failure: undefined });
      });

      it('keep every byte of a rejected line', async () => {
        const lines = [Buffer.of(0xff, 0, 0x22, 0x0d), Buffer.from('\u0000\ufeff\ud83d'), Buffer.alloc(70_000, 0xfe)];
        const source = Buffer.concat(lines.flatMap((line) => [line, Buffer.from('\r\n')]));
        const stream = openStream('bytes', Readable.from([source]));
        const ingestion = await engine.ingestions.begin(stream);
        await ingestorOf(engine).run(stream, ingestion, () => undefined);
        const rejects: Reject[] = [];
        for await (const reject of engine.ingestions.rejects(ingestion.id)) rejects.push(reject);
        expect(rejects.map(({ bytes }) => Buffer.from(bytes))).toEqual([
          ...lines.slice(0, 2),
          lines[2].subarray(0, 65_536),
        ]);
        expect(rejects.map(({ isTruncated }) => isTruncated)).toEqual([false, false, true]);
      });

      it('are known by path, size and fingerprint while they run and when they are done', async () => {
        expect(await engine.ingestions.runOf(file())).toBeUndefined();
        const { id } = await engine.ingestions.begin(file());
        expect(await engine.ingestions.runOf(file())).toBe('running');
        expect(await engine.ingestions.claim(file())).toBeUndefined();
        await engine.ingestions.finish(id, { state: 'done' });
        expect(await engine.ingestions.runOf(file({ name: 'b.data' }))).toBe('done');
        expect(await engine.ingestions.claim(file())).toBeUndefined();
        expect(await engine.ingestions.runOf(file({ size: 11 }))).toBeUndefined();
        expect(await engine.ingestions.runOf(file({ fingerprint: 'f2' }))).toBeUndefined();
        expect(await engine.ingestions.runOf(file({ path: '/data/b.data' }))).toBeUndefined();
      });
    });

    it('hashes identities with one key for ever', async () => {
      const key = await engine.customers.identityKey();
      expect(key).toHaveLength(4);
      expect(await engine.customers.identityKey()).toEqual(key);
    });
  });
}
