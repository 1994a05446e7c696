import { chmodSync, chownSync, copyFileSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { getuid } from 'node:process';
import { CliProcess } from '../support/cli-process.js';
import { expectSound } from '../support/database-state.js';
import { temporaryFolder } from '../support/engine.js';
import { attributes } from '../support/messages.js';
import { ServerProcess } from '../support/server-process.js';
import { until } from '../support/until.js';

/** The user "nobody", whom file modes bind. Root may write every file. */
const NOBODY = 65_534;
const uid = getuid?.() === 0 ? NOBODY : undefined;

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

async function send(server: ServerProcess, method: string, path: string, body?: string): Promise<Answer> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(server.url + path, { method, headers, body });
  return { status: answer.status, body: (await answer.json()) as Answer['body'] };
}

const patch = (server: ServerProcess, value: string): Promise<Answer> =>
  send(server, 'PATCH', '/customers/1', JSON.stringify({ customer: { attributes: { value } } }));

/** Waits until every thread of the server has opened the database. */
const untilIndexed = (server: ServerProcess): Promise<void> =>
  until(async () => {
    const { body } = await send(server, 'GET', '/customers?search=kept');
    const { total, indexing } = body.meta as Readonly<Record<string, unknown>>;
    return total === 1 && indexing !== true;
  });

describe('a database', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let path: string;
  let env: Readonly<Record<string, string>>;
  let server: ServerProcess | undefined;
  const made = temporaryFolder();
  const filled = join(made.path, 'roster.db');

  beforeAll(async () => {
    const input = `${attributes({ email: 'a@b' })}\n`;
    const options = { env: { DATABASE_URL: `file:${filled}` }, input: [input] };
    expect(await CliProcess.run(['ingest', '-'], options)).toMatchObject({ code: 0 });
  });
  afterAll(() => made.remove());
  beforeEach(() => {
    folder = temporaryFolder();
    const database = join(folder.path, 'database');
    mkdirSync(database);
    mkdirSync(join(folder.path, 'data'));
    path = join(database, 'roster.db');
    env = { DATABASE_URL: `file:${path}`, DATA_DIR: join(folder.path, 'data') };
    copyFileSync(filled, path);
  });
  afterEach(async () => {
    await server?.kill();
    folder.remove();
  });

  it.each<[string, () => void]>([
    ['is removed', () => readdirSync(join(path, '..')).forEach((name) => rmSync(join(path, '..', name)))],
    ['loses its log', () => rmSync(`${path}-wal`)],
    [
      'is replaced',
      () => {
        copyFileSync(path, `${path}.copy`);
        renameSync(`${path}.copy`, path);
      },
    ],
  ])('that %s under a server takes no write, is not made anew, and is told once', async (_what, harm) => {
    server = await ServerProcess.start(env);
    expect(await patch(server, 'kept')).toMatchObject({ status: 200 });
    await untilIndexed(server);
    harm();
    const left = readdirSync(join(path, '..'));
    const lost = {
      code: 'storage_unavailable',
      message: expect.stringMatching(/^The database .* was removed or replaced while Roster was running/) as string,
    };
    expect(await patch(server, 'lost')).toMatchObject({ status: 503, body: lost });
    const upload = await send(server, 'POST', '/ingestions', `${attributes({ value: 'lost' })}\n`);
    expect(upload).toMatchObject({ status: 503, body: lost });
    expect(await send(server, 'GET', '/health/ready')).toMatchObject({
      status: 503,
      body: { status: 'unavailable', problem: lost.message },
    });
    expect(await send(server, 'GET', '/health/live')).toMatchObject({ status: 200 });
    expect(readdirSync(join(path, '..'))).toEqual(left);
    const told = (): number =>
      server?.output.split('\n').filter((line) => line.includes('"StorageBackground"')).length ?? 0;
    await until(async () => told() > 0);
    expect(await server.stop()).toBe(0);
    expect(told()).toBe(1);
    expect(server.output).not.toMatch(/\n\s+at /);
  });

  it('that loses its log under a server has every acknowledged edit after the stop', async () => {
    server = await ServerProcess.start(env);
    for (let n = 0; n < 5; n++) expect(await patch(server, `kept ${n}`)).toMatchObject({ status: 200 });
    rmSync(`${path}-wal`);
    expect(await server.stop()).toBe(0);
    server = await ServerProcess.start(env);
    expect(await send(server, 'GET', '/customers/1')).toMatchObject({
      body: { customer: { attributes: { value: 'kept 4' } } },
    });
    await expectSound(path);
  });

  it('that may be read but not written is served, is not ready, and refuses every write with the way out', async () => {
    // The folder belongs to the user, as after a start by root.
    if (uid !== undefined) for (const one of [folder.path, join(path, '..'), env.DATA_DIR]) chownSync(one, uid, uid);
    chmodSync(path, 0o444);
    const readOnly = {
      code: 'storage_read_only',
      message: expect.stringMatching(/^The database .* may be read, but not written\. Let the user/) as string,
    };
    server = await ServerProcess.start(env, false, uid);
    expect(await send(server, 'GET', '/customers/1')).toMatchObject({
      status: 200,
      body: { customer: { attributes: { email: 'a@b' } } },
    });
    expect(await send(server, 'GET', '/customers?search=a')).toMatchObject({
      status: 200,
      body: { meta: { total: 1 } },
    });
    expect(await patch(server, 'x')).toMatchObject({ status: 503, body: readOnly });
    for (const [method, route, body] of [
      ['DELETE', '/customers/1', undefined],
      ['POST', '/customers', '{"customer":{"id":2,"attributes":{"email":"a@b"}}}'],
      ['POST', '/segments', '{"segment":{"name":"a"}}'],
      ['POST', '/ingestions', `${attributes({ value: 'x' })}\n`],
    ] as const)
      expect([route, await send(server, method, route, body)]).toMatchObject([route, { status: 503, body: readOnly }]);
    expect(await send(server, 'GET', '/health/ready')).toMatchObject({
      status: 503,
      body: { status: 'unavailable', problem: readOnly.message },
    });
    expect(await server.stop()).toBe(0);
    expect(server.output).not.toMatch(/\n\s+at |\\n\s+at /);
    expect(server.output).not.toContain('search index');

    const end = await CliProcess.run(['ingest', '-'], { env, uid, input: [`${attributes({ value: 'x' })}\n`] });
    expect(end).toMatchObject({ code: 1, stdout: '' });
    expect(end.stderr).toMatch(/^The database [^\n]* may be read, but not written\. [^\n]*\n$/);
  });
});
