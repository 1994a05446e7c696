import fc from 'fast-check';
import { expectAgreement } from '../support/agreement.js';
import type { Engine } from '../support/engine.js';
import { runs } from '../support/fast-check.js';
import { attributes, ingestLines, TIME } from '../support/messages.js';
import { startRestApp, type RestApp } from '../support/rest-app.js';

const JSON_TYPE = { 'content-type': 'application/json' };
/** Numbers of which a double loses characters, and some of which it does not. */
const NUMBERS = [
  ['snowflake', '3544790567247868102'],
  ['small', '0.1000000000000000055'],
  ['point', '1.0'],
  ['minus', '-0'],
  ['million', '1E+6'],
  ['price', '19.90'],
  ['long', `${'9'.repeat(400)}.${'1'.repeat(400)}`],
  ['huge', '1e399'],
  ['plain', '-12.5'],
  ['nested', '{"a":[1.0,{"b":3544790567247868102}],"c":"1.0"}'],
] as const;

const digits = fc.string({ unit: fc.constantFrom('0', '1', '5', '9'), minLength: 1, maxLength: 30 });
/** A number with at most 400 digits before and after its point, in any form that JSON has. */
const number = fc
  .tuple(
    fc.constantFrom('', '-'),
    digits.map((text) => text.replace(/^0+(?=.)/, '')),
    fc.option(digits, { nil: '' }),
    fc.constantFrom('', '', 'e0', 'E5', 'e+17', 'e-20', 'e300', 'e-300'),
  )
  .map(([sign, whole, fraction, exponent]) => `${sign}${whole}${fraction && `.${fraction}`}${exponent}`);

/** The line of a message with attributes as JSON text. */
function line(data: string, members: Readonly<Record<string, unknown>> = {}): string {
  return attributes('data', members).replace('"data":"data"', `"data":${data}`);
}

function membersOf(numbers: readonly (readonly [name: string, json: string])[]): string {
  return [...numbers]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, json]) => `"${name}":${json}`)
    .join(',');
}

/** Tests what an engine makes of numbers. */
export function describeNumbers(name: string, open: () => Promise<Engine>): void {
  describe(`numbers on ${name}`, () => {
    let app: RestApp;
    const ingest = (...lines: string[]) => ingestLines(app.engine, lines);
    const bodyOf = async (url: string): Promise<string> => (await app.get(url)).body;
    const patch = async (members: string, id = '1'): Promise<string> => {
      const answer = await app.patch(`/customers/${id}`, `{"customer":{"attributes":{${members}}}}`, JSON_TYPE);
      expect(answer.statusCode).toBe(200);
      return answer.body;
    };

    beforeEach(async () => {
      app = await startRestApp(await open());
    });
    afterEach(() => expectAgreement(app.engine).finally(() => app.close()));

    it('come out as they went in, whatever else changes', async () => {
      const kept = membersOf(NUMBERS);
      await ingest(line(`{${kept}}`), line(`{${NUMBERS.map(([key, json]) => `"${key}" : ${json}`).join(' , ')}}`));
      const urls = ['/customers/1', '/customers', '/customers?search=1', '/customers?filter=attribute:price:is:19.9'];
      for (const url of urls) expect(await bodyOf(url)).toContain(`"attributes":{${kept}}`);
      expect(await patch('"zzz":"x"')).toContain(`"attributes":{${kept},"zzz":"x"}`);
      await ingest(line('{"zzz":2.50}', { timestamp: TIME + 1e8 }));
      for (const url of urls) expect(await bodyOf(url)).toContain(`"attributes":{${kept},"zzz":`);
      expect(await bodyOf('/exports/customers.jsonl')).toContain(kept);
      const [, row] = (await bodyOf('/exports/customers.csv')).split('\r\n');
      const cells = [...NUMBERS].filter(([key]) => key !== 'nested').map(([, json]) => json);
      expect(row.split(',')).toEqual(expect.arrayContaining(cells));
    });

    it('are written by a POST, a PATCH and a bulk edit as they were sent', async () => {
      const kept = membersOf(NUMBERS);
      const customer = (id: number): string => `{"customer":{"id":${id}.0,"attributes":{"email":"a@b",${kept}}}}`;
      const created = await app.post('/customers', customer(1), JSON_TYPE);
      expect([created.statusCode, created.headers.location]).toEqual([201, '/customers/1']);
      expect(created.body).toContain('"id":1,');
      await app.post('/customers', '{"customer":{"id":2,"attributes":{"email":"a@b"}}}', JSON_TYPE);
      expect(await patch(kept, '2')).toContain('"snowflake":3544790567247868102');
      for (const [key, json] of NUMBERS) {
        expect(created.body).toContain(`"${key}":${json}`);
        expect(await bodyOf('/customers/2')).toContain(`"${key}":${json}`);
        const set = `{"selection":{"ids":[1e0,"2"]},"action":{"set":{"name":"set","value":${json}}}}`;
        expect((await app.post('/bulk-edits', set, JSON_TYPE)).body).toContain('"changed":2');
        for (const id of [1, 2]) expect(await bodyOf(`/customers/${id}`)).toContain(`"set":${json}`);
        expect(await bodyOf('/customers/1/history?limit=1')).toContain(`"to":${json}`);
      }
    });

    it('are the same by a line, a PATCH and an export', async () => {
      await ingest(line('{}'));
      await fc.assert(
        fc.asyncProperty(fc.array(number, { minLength: 1, maxLength: 20 }), async (numbers) => {
          const members = membersOf(numbers.map((json, i) => [`n${i + 10}`, i % 3 === 2 ? `[{"a":${json}}]` : json]));
          const id = `patched ${members.length}`;
          await ingest(line(`{${members}}`, { user_id: 'ingested' }), line('{}', { user_id: id }));
          expect(await bodyOf('/customers/ingested')).toContain(members);
          expect(await patch(members, id)).toContain(`"attributes":{${members}}`);
          expect((await bodyOf('/exports/customers.jsonl')).split(members)).toHaveLength(3);
          await app.inject({ method: 'DELETE', url: `/customers/${id}` });
        }),
        runs(3),
      );
    });

    it('are duplicates when their values are equal', async () => {
      const same = { id: 'same' };
      const report = await ingest(
        ...['{"a":1.0,"b":[{"c":-0}]}', '{"a":1,"b":[{"c":0}]}', '{"b":[{"c":0.0}],"a":10e-1}'].map((data) =>
          line(data, same),
        ),
        line('{"a":3544790567247868102}', same),
        line('{"a":3544790567247868103}', same),
        line('{"a":3544790567247868102.0}', same),
      );
      expect(report).toMatchObject({ attributes: 3, duplicates: 3 });
      expect(await bodyOf('/customers/1')).toContain('"a":3544790567247868103,"b":[{"c":-0}]');
    });

    it('take the characters of an edit that sets an equal value, which is a change', async () => {
      await ingest(line('{"a":1.0,"b":{"c":[2.50]},"email":"a@b","text":"1.0"}'));
      expect(await patch('"a":1,"b":{"c":[2.5]}')).toContain('"a":1,"b":{"c":[2.5]},"email"');
      expect(await bodyOf('/customers/1/history?limit=1')).toContain(
        '"changes":[{"name":"a","from":1.0,"to":1},{"name":"b","from":{"c":[2.50]},"to":{"c":[2.5]}}]',
      );
      const { headers } = await app.get('/customers/1');
      expect(await patch('"a":10e-1')).toContain('"a":10e-1,"b"');
      const stale = await app.patch('/customers/1', '{"customer":{"attributes":{"a":1}}}', {
        ...JSON_TYPE,
        'if-match': String(headers.etag),
      });
      expect(stale.statusCode).toBe(412);
      const sent = '{"a":1.00,"b":{"c":[25e-1]},"created_at":1428067050,"email":"a@b"}';
      const overwritten = await app.post('/customers', `{"customer":{"id":1,"attributes":${sent}}}`, JSON_TYPE);
      expect(overwritten.body).toContain(`"attributes":${sent}`);
      expect(await bodyOf('/customers/1')).toBe(overwritten.body);
      const history = await bodyOf('/customers/1/history');
      expect(await patch('"a":1.00')).toContain(`"attributes":${sent}`);
      expect(await bodyOf('/customers/1/history')).toBe(history);
    });

    it('leave a customer unchanged by a bulk edit that sets an equal value', async () => {
      await ingest(line('{"a":1.0,"b":{"c":[2.50],"d":0},"email":"a@b","text":"1.0"}'));
      const record = await bodyOf('/customers/1');
      const set = async (name: string, json: string): Promise<string> => {
        const body = `{"selection":{"ids":[1]},"action":{"set":{"name":"${name}","value":${json}}}}`;
        return (await app.post('/bulk-edits', body, JSON_TYPE)).body;
      };
      expect(await set('a', '10e-1')).toContain('"changed":0,"unchanged":1');
      expect(await set('b', '{"d":-0,"c":[2.5]}')).toContain('"changed":0,"unchanged":1');
      expect(await bodyOf('/customers/1')).toBe(record);
      expect(await set('text', '1.0')).toContain('"changed":1,"unchanged":0');
      expect(await set('a', '1.0000000000000000001')).toContain('"changed":1,"unchanged":0');
      expect(await bodyOf('/customers/1')).toContain('"a":1.0000000000000000001,"b":{"c":[2.50],"d":0},');
    });

    it('take the characters of the latest message, of equal times those of the later one', async () => {
      await ingest(line('{"a":1.0,"b":1.0}'), line('{"a":1,"b":1}', { id: '2' }));
      expect(await bodyOf('/customers/1')).toContain('{"a":1,"b":1}');
      await ingest(line('{"a":1.000}', { id: '3', timestamp: TIME - 1 }));
      await ingest(line('{"b":10e-1}', { id: '4', timestamp: TIME + 1 }));
      expect(await bodyOf('/customers/1')).toContain('{"a":1,"b":10e-1}');
    });

    it('are found by their values', async () => {
      const values = ['1', '1.0', '"1"', '"1.0"', '[1.00]', '1.00000000000000000001', '1e0', '{"a":1}', '100e-2'];
      await ingest(...values.map((json, i) => line(`{"n":${json},"all":"x"}`, { user_id: String(i + 1) })));
      // Values too long to be listed one by one.
      await ingest(...values.map((json, i) => line(`{"n":[${i}.50,"${'x'.repeat(80)}"]}`, { user_id: `long ${i}` })));
      const urlOf = (is: string, value: string): string =>
        `/customers?filter=${encodeURIComponent(`attribute:n:${is}:${encodeURIComponent(value)}`)}`;
      const found = async (is: string, value: string): Promise<unknown[]> => {
        const answer = await app.get(`${urlOf(is, value)}&filter=attribute:all:exists`);
        return answer.json<{ customers: { id: number }[] }>().customers.map(({ id }) => id);
      };
      expect(await found('is', '1')).toEqual([1, 2, 3, 7, 9]);
      expect(await found('is', '1.0')).toEqual([1, 2, 4, 7, 9]);
      expect(await found('is', '10E-1')).toEqual([1, 2, 7, 9]);
      expect(await found('is_not', '1.00')).toEqual([3, 4, 5, 6, 8]);
      expect(await found('is_not', '1')).toEqual([4, 5, 6, 8]);
      expect(await found('is', '1.00000000000000000001')).toEqual([6]);
      expect(await found('is', '[1]')).toEqual([5]);
      expect(await found('is', '{"a":1.0}')).toEqual([8]);
      expect(await found('is', '2.0')).toEqual([]);
      expect(await found('contains', '0e')).toEqual([9]);
      expect(await found('contains', '1.0')).toEqual([2, 4, 5, 6]);
      expect(await bodyOf(urlOf('is', `[7.5,"${'x'.repeat(80)}"]`))).toContain('"total":1}');
    });

    it('have at most 400 digits before and after the point', async () => {
      const most = ['9'.repeat(400), `0.${'1'.repeat(400)}`, '1e399', '1e-400', '0e999'];
      const tooMany = ['9'.repeat(401), `0.${'1'.repeat(401)}`, '1e400', '-1e500', '1e-401', '[{"a":1e400}]'];
      const report = await ingest(...[...most, ...tooMany].map((json) => line(`{"a":${json}}`)));
      expect(report).toMatchObject({
        attributes: most.length,
        rejected: { invalid_attribute_value: tooMany.length },
      });
      for (const json of most) await patch(`"a":${json},"b":"x"`);
      for (const json of tooMany) {
        const body = `{"customer":{"attributes":{"a":${json}}}}`;
        const answer = await app.patch('/customers/1', body, JSON_TYPE);
        expect([answer.statusCode, answer.json()]).toMatchObject([400, { code: 'invalid_request' }]);
      }
    });
  });
}
