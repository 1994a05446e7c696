import { API_CLIENT } from '../../server/domain/actor.js';
import type { Author } from '../../server/domain/access/audit.js';
import { allEntries } from '../support/access.js';
import { ENGINES } from '../support/engine.js';
import { attributes, ingestLines } from '../support/messages.js';
import { startRestApp, type RestApp } from '../support/rest-app.js';

const BY: Author = { kind: 'user', id: 7, name: 'ada@example.com' };
const ORIGIN = { address: '192.0.2.1', requestId: 'r-1' };

describe.each(ENGINES)('what the REST API of %s leaves in the audit', (_name, open) => {
  let app: RestApp;
  beforeEach(async () => {
    const engine = await open();
    await ingestLines(
      engine,
      Array.from({ length: 450 }, (_, i) => attributes({ plan: 'free' }, { user_id: `${i}` })),
    );
    app = await startRestApp(engine, { admit: () => ({ ...API_CLIENT, author: BY, origin: ORIGIN }) });
  });
  afterEach(() => app.close());

  const entries = async (): Promise<unknown[]> =>
    (await allEntries(app.engine.access)).map(({ author, origin, action, target, details }) => {
      expect([author, origin]).toEqual([BY, ORIGIN]);
      return [action, target, details];
    });

  it('is a deletion, and none that was refused', async () => {
    await app.inject({ method: 'DELETE', url: '/customers/7', headers: { 'if-match': '"x"' } });
    await app.inject({ method: 'DELETE', url: '/customers/nobody' });
    expect(await entries()).toEqual([]);
    await app.inject({ method: 'DELETE', url: '/customers/7' });
    await app.patch('/customers/8', { customer: { attributes: { plan: 'pro' } } });
    expect(await entries()).toEqual([['customer.deleted', '7', {}]]);
  });

  it('is a bulk edit, once for all its transactions, and none that changes nothing', async () => {
    const ids = Array.from({ length: 450 }, (_, i) => i);
    await app.post('/bulk-edits', { selection: { ids }, action: { set: { name: 'plan', value: 'free' } } });
    await app.post('/bulk-edits', { selection: { ids: ['nobody'] }, action: { delete: true } });
    expect(await entries()).toEqual([]);
    await app.post('/bulk-edits', { selection: { ids: ids.slice(420) }, action: { delete: true } });
    await app.post('/bulk-edits', {
      selection: { ids: ids.toReversed() },
      action: { set: { name: 'plan', value: 'secret' } },
    });
    await app.post('/bulk-edits', { selection: { ids }, action: { remove: 'plan' } });
    expect(await entries()).toEqual([
      ['bulk-edit', undefined, { does: 'delete', customers: 30 }],
      ['bulk-edit', undefined, { does: 'set', name: 'plan', customers: 450 }],
      ['bulk-edit', undefined, { does: 'remove', name: 'plan', customers: 450 }],
    ]);
  });

  it('names who made an edit in its history', async () => {
    await app.patch('/customers/8', { customer: { attributes: { plan: 'pro' } } });
    const { history } = (await app.get('/customers/8/history')).json<{ history: readonly unknown[] }>();
    expect(history).toMatchObject([{ id: 1, source: 'api', by: BY, changes: [{ name: 'plan' }] }]);
  });
});

it('the history of an edit without a login names nobody', async () => {
  const app = await startRestApp(await ENGINES[1][1]());
  await app.post('/customers', { customer: { id: 'one', attributes: { email: 'a@example.com' } } });
  expect((await app.get('/customers/one/history')).body).not.toContain('"by"');
  await app.close();
});
