import fc from 'fast-check';
import { join } from 'node:path';
import type { Database } from '../../server/config/config.js';
import { formatFilter } from '../../server/domain/search/customer-filter.js';
import { recordSum } from '../../server/storage/copy/checksum.js';
import { copyContents } from '../../server/storage/copy/copier.js';
import { openMemory } from '../../server/storage/memory/open.js';
import { openContents } from '../../server/storage/open-contents.js';
import { openPostgres } from '../../server/storage/postgres/open.js';
import { temporaryFolder, type Engine } from '../support/engine.js';
import { openIndexed } from '../support/indexed-engine.js';
import { attributes, event, ingestLines } from '../support/messages.js';
import { newPostgresSchema } from '../support/postgres-schema.js';
import { startRestApp, type RestApp } from '../support/rest-app.js';

/** Characters of every kind that a text may hold, and that some step between bytes and text might change. */
const SPECIAL = [
  ...['\ufeff', '\ufffe', '\uffff', '\ufffd', '\u2028', '\u2029', '\u0001', '\u001e', '\u001f', '\u007f', '\u0085'],
  ...[' ', '\t', '\n', '\r', '\u00a0', '\u3000', '\u200b', '\u200d', '\u200e', '\u200f', '\u202e', '\u2066'],
  ...[
    'e\u0301',
    'é',
    '\u0301',
    'İ',
    'ı',
    'ß',
    'ſ',
    'ﬁ',
    'Å',
    'ａ',
    '＝',
    'ع',
    'ש',
    '漢',
    '😀',
    '👩‍👩‍👧',
    '🇩🇪',
    '\u{10ffff}',
  ],
  ...['"', '\\', '/', "'", '%', '_', '{', '[', ',', ':', ';', '=', '+', '&', '#', '?', '.', '0', '5', 'a', 'A', 'z'],
];
const text = fc
  .array(fc.oneof(fc.constantFrom(...SPECIAL), fc.string({ unit: 'binary', minLength: 1, maxLength: 1 })), {
    minLength: 1,
    maxLength: 8,
  })
  .map((characters) => characters.join('').replaceAll('\0', ''))
  .filter((one) => one !== '' && one.isWellFormed());
const name = text.filter((one) => one !== '__proto__' && one !== 'id');
const customer = fc.record({
  id: text,
  attributes: fc.dictionary(name, text, { minKeys: 1, maxKeys: 3, noNullPrototype: true }),
  events: fc.uniqueArray(text, { minLength: 1, maxLength: 2 }),
  edit: fc.tuple(name, text),
});

interface Place {
  readonly engine: Engine;
  /** Undefined in memory, which cannot be copied. */
  readonly database: Database | undefined;
}

const PLACES: readonly (readonly [name: string, open: () => Promise<Place>])[] = [
  [
    'sqlite, indexed',
    async () => {
      const folder = temporaryFolder();
      return {
        engine: await openIndexed(undefined, folder),
        database: { kind: 'sqlite', path: join(folder.path, 'roster.db') },
      };
    },
  ],
  [
    'postgres',
    async () => {
      const schema = await newPostgresSchema();
      const storage = await openPostgres({ url: schema.url, connections: 4 });
      const close = async (): Promise<void> => {
        await storage.close();
        await schema.drop();
      };
      return { engine: { ...storage, close }, database: { kind: 'postgres', url: schema.url } };
    },
  ],
  ['memory', async () => ({ engine: openMemory(), database: undefined })],
];

interface Shown {
  readonly id: string | number;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly events: Readonly<Record<string, number>>;
}

async function listOf(app: RestApp, query: string): Promise<ReadonlyMap<string, Shown>> {
  const { customers } = (await app.get(`/customers?per_page=10000${query}`)).json<{ customers: Shown[] }>();
  return new Map(customers.map((one) => [String(one.id), one]));
}

describe.each(PLACES)('every character, over %s', (_name, open) => {
  let place: Place;
  let app: RestApp;
  beforeAll(async () => {
    place = await open();
    app = await startRestApp(place.engine);
  });
  afterAll(() => app.close());

  it('goes in by messages and edits and comes out of reads, searches, exports and copies as it was', async () => {
    const { engine, database } = place;
    let runs = 0;
    const round = fc.array(customer, { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(round, async (made) => {
        // The customers of another round are others.
        runs++;
        const expected = new Map<string, Shown>();
        const lines: string[] = [];
        made.forEach((one, at) => {
          const user_id = `${one.id}${runs} ${at}`;
          expected.set(user_id, {
            id: user_id,
            attributes: { ...one.attributes, [one.edit[0]]: one.edit[1], email: 'a@b' },
            events: Object.fromEntries(one.events.map((event_name) => [event_name, 1])),
          });
          lines.push(attributes({ ...one.attributes, email: 'a@b' }, { user_id }));
          for (const event_name of one.events) lines.push(event({ user_id, name: event_name, id: event_name }));
        });
        await ingestLines(engine, lines);
        const edits = [...expected.keys()].map(async (id, at) => {
          const [attribute, value] = made[at].edit;
          const answer = await app.patch(`/customers/${encodeURIComponent(id)}`, {
            customer: { attributes: { [attribute]: value } },
          });
          // An email has rules of its own.
          if (attribute !== 'email' && attribute !== 'created_at') expect(answer.statusCode).toBe(200);
        });
        await Promise.all(edits);
        const listed = await listOf(app, '');
        for (const [id, shown] of expected) {
          const { customer: got } = (await app.get(`/customers/${encodeURIComponent(id)}`)).json<{ customer: Shown }>();
          expect(got).toMatchObject(shown);
          expect(Object.keys(got.attributes)).toHaveLength(Object.keys(shown.attributes).length);
          expect(listed.get(id)).toEqual(got);
          for (const searched of [id, ...Object.values(shown.attributes).map(String)]) {
            const found = await listOf(app, `&search=${encodeURIComponent(searched)}`);
            expect([searched, found.get(id)]).toEqual([searched, got]);
          }
          for (const [attribute, value] of Object.entries(shown.attributes)) {
            const filter = formatFilter({ on: 'attribute', name: attribute, is: 'is', value: String(value) });
            const found = await listOf(app, `&filter=${encodeURIComponent(filter)}`);
            expect([attribute, value, found.has(id)]).toEqual([attribute, value, true]);
          }
        }
      }),
      { numRuns: 6 },
    );

    const exported = (await app.get('/exports/customers.jsonl')).body.trimEnd().split('\n');
    const other = await startRestApp(openMemory());
    await ingestLines(other.engine, exported);
    expect(await listOf(other, '')).toEqual(await listOf(app, ''));
    await other.close();
    expect((await engine.check?.run())?.filter(({ differences }) => differences > 0) ?? []).toEqual([]);

    if (!database) return;
    const folder = temporaryFolder();
    const schema = await newPostgresSchema();
    const target: Database =
      database.kind === 'sqlite'
        ? { kind: 'postgres', url: schema.url }
        : { kind: 'sqlite', path: join(folder.path, 'copy.db') };
    const [from, to] = [await openContents(database), await openContents(target)];
    try {
      await copyContents(from, to, () => undefined);
      expect(await to.snapshot((reader) => recordSum(reader))).toBe(await from.snapshot((reader) => recordSum(reader)));
    } finally {
      await to.close();
      await from.close();
      await schema.drop();
      folder.remove();
    }
  });
});
