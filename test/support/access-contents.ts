import { randomBytes } from 'node:crypto';
import type { AccessRepository } from '../../server/domain/access/access-repository.js';
import { newSource } from '../contracts/sources.contract.js';
import { API_CLIENT } from '../../server/domain/actor.js';
import type { CustomerState } from '../../server/domain/customer/customer.js';
import { addLabel } from '../../server/domain/customer/labels.js';
import { deleteCustomer, patchAttributes, suppressCustomer } from '../../server/domain/customer/edit.js';
import type { LiveNote } from '../../server/domain/sources/live-calls.js';
import { draft, hashed, HOUR, newSession, newToken, newUser, NOW } from './access.js';
import type { Engine } from './engine.js';
import { UPDATED } from './messages.js';

/** Uses every table of access. @returns the secrets, of which only hashes may be stored */
export async function fillAccess(access: AccessRepository): Promise<readonly string[]> {
  const secrets: string[] = [];
  const secret = (): string => {
    const made = randomBytes(16).toString('hex');
    secrets.push(made);
    return made;
  };
  const setUp = hashed(secret());
  await access.createCode({ hash: setUp, purpose: 'set-up', userId: undefined, endsAt: NOW + HOUR }, undefined);
  await access.setUp(setUp, newUser('ada', { passwordHash: '$argon2id$ada' }), draft('user.created'), NOW);
  const account = { issuer: 'https://login.example.com', subject: 'Zoë 😀' };
  const zoe = await access.createUser(newUser('zoe', { account, mayBeLinked: true }), draft('user.created'), NOW);
  const gone = await access.createUser(newUser('gone'), draft('user.created'), NOW);
  await access.removeUser(gone.id, draft('user.removed', gone.email));
  await access.createSession(newSession(1, secret()), draft('login', 'ada@example.com'));
  const sealed = { sealedRefresh: hashed('sealed'), refreshedAt: NOW };
  await access.createSession(newSession(zoe.id, secret(), sealed), draft('login', zoe.email, { by: ['provider'] }));
  const token = await access.createToken(
    { ...newToken('importer', { creatorId: 1 }), hash: hashed(secret()) },
    draft('token.created'),
  );
  await access.touchToken(token.id, NOW);
  await access.createToken(
    { ...newToken('ever', { expiresAt: NOW + HOUR }), hash: hashed(secret()) },
    draft('token.created'),
  );
  await access.createCode(
    { hash: hashed(secret()), purpose: 'password', userId: zoe.id, endsAt: NOW + HOUR },
    draft('user.link', zoe.email),
  );
  for (let i = 0; i < 130; i++)
    await access.noteWrongTry(
      `${i % 4}@example.com`,
      '192.0.2.1',
      draft('login.failed', `${i % 4}@example.com`),
      NOW + i,
    );
  return secrets;
}

/** The customers that {@link fillSources} suppresses. */
export const SUPPRESSED = ['70007', 'é suppressed'] as const;

/** Deletes a customer twice, with all that its entry in the trash can hold. */
export async function fillTrash({ customers }: Pick<Engine, 'customers'>): Promise<void> {
  const author = { kind: 'user', id: 1, name: 'Zoë 😀' } as const;
  const note = { actor: { ...API_CLIENT, author }, action: 'updated' } as const;
  for (const at of [1, 2]) {
    const values = [{ name: `é${at}`, value: '{"a":[1.0]}' }];
    await customers.change('trashed 😀', (state) => patchAttributes(state, values, at), note);
    await customers.change('trashed 😀', (state) => deleteCustomer(state, at), note);
  }
}

/** The customer that {@link fillNotes} makes. */
export const LABELLED = 'labelled 😀';

/** Makes a customer with labels, notes and an entry of a bulk edit, and another one with the same in the trash. */
export async function fillNotes({ customers, notes }: Pick<Engine, 'customers' | 'notes'>): Promise<void> {
  const author = { kind: 'user', id: 1, name: 'Zoë 😀' } as const;
  for (const id of [LABELLED, '70009']) {
    const edit = (state: CustomerState): void => {
      patchAttributes(state, [{ name: 'plan', value: '"pro"' }], NOW);
      for (const label of ['VIP', 'é"😀']) addLabel(state, label);
    };
    await customers.change(id, edit, { ...UPDATED, bulkEdit: 2 ** 48 - 2 });
    await notes.add(id, { id: 2 ** 48 - 2, at: NOW, author, text: 'first "😀"' });
    await notes.add(id, { id: 7, at: NOW + 1, author: undefined, text: 'second' });
    await notes.edit(id, { id: 7, at: NOW + 2, author, text: 'edited' });
  }
  await customers.change('70009', (state) => deleteCustomer(state, NOW), UPDATED);
}

/** Uses every table of sources. @returns the key of a source, of which only a hash may be stored */
export async function fillSources({ customers, sources }: Pick<Engine, 'customers' | 'sources'>): Promise<string> {
  const key = randomBytes(16).toString('hex');
  await sources.createSource(newSource('gone'), draft('source.created', 'gone'));
  await sources.createSource(newSource('shop', { createdBy: 'Zoë 😀' }), draft('source.created', 'shop'));
  await sources.changeKey(3, hashed(key), NOW + HOUR, draft('source.key', 'shop'));
  await sources.changeSource(1, { mayDelete: true }, draft('source.changed', 'default'));
  await sources.removeSource(2, draft('source.removed', 'gone'));
  const reject = { reason: 'invalid_id', field: undefined, message: 'No.' };
  const notes = Array.from({ length: 130 }, (_, n): LiveNote => {
    const origin = { source: 1 + (n % 2) * 2, arrival: NOW + n * 60_000, text: () => `{"n":${n},"text":"Zoë 😀"}` };
    return n % 5 === 0
      ? { ...origin, outcome: 'anonymous' }
      : { ...origin, outcome: 'rejected', reject, userId: n % 3 === 0 ? undefined : String(n) };
  });
  await customers.accept([], notes);
  await sources.rememberId('\0\ud800\uffff12345', { id: 'made', arrival: NOW }, NOW + HOUR);
  for (const id of SUPPRESSED) await customers.change(id, (state) => suppressCustomer(state, NOW), UPDATED);
  return key;
}

/** Uses every table of imports. */
export async function fillImports({ imports }: Pick<Engine, 'imports'>): Promise<void> {
  const author = { kind: 'user', id: 1, name: 'Zoë 😀' } as const;
  const upload = {
    name: 'é 😀.csv',
    bytes: 12,
    spool: 'a file',
    sheet: '{"a":"\\u0000"}',
    uploadedBy: author,
    createdAt: NOW,
  };
  for (let n = 0; n < 3; n++) await imports.create(upload);
  await imports.change(2, ['uploaded'], { state: 'checked', dryRun: '{}', failure: undefined });
  const confirmation = { ingestion: 1, confirmedBy: author, confirmedAt: NOW + 1 };
  await imports.confirm(2, confirmation, draft('import', 'é 😀.csv'));
  await imports.remove(3, ['uploaded']);
  await imports.rememberMapping(hashed('columns'), '{"columns":[]}', NOW);
}

const TABLES: Readonly<Record<string, string>> = {
  sqlite: "SELECT name FROM sqlite_master WHERE type = 'table'",
  postgres:
    "SELECT relname AS name FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'",
};

/** Every table of an engine, by its name: its rows as texts, sorted. Bytes are hexadecimal digits. */
export async function tablesOf(
  { sql }: Pick<Engine, 'sql'>,
  engine: string,
): Promise<Record<string, readonly string[]>> {
  if (!sql) throw new Error(`${engine} has no tables.`);
  const tables: Record<string, readonly string[]> = {};
  for (const { name } of await sql(TABLES[engine])) {
    const rows = await sql(`SELECT * FROM ${String(name)}`);
    tables[String(name)] = rows.map(textOf).sort();
  }
  return tables;
}

function textOf(row: Readonly<Record<string, unknown>>): string {
  const members = Object.entries(row).map(([name, value]) => {
    if (value instanceof Uint8Array) return [name, Buffer.from(value).toString('hex')];
    // PostgreSQL gives a bigint as text.
    return [name, typeof value === 'number' || typeof value === 'bigint' ? String(value) : value];
  });
  return JSON.stringify(Object.fromEntries(members));
}
