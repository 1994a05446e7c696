import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { parseServerAddress } from '../../server/verification/served-customers.js';
import { VerifyCommand } from '../../server/verification/verify.command.js';
import { temporaryFolder } from '../support/engine.js';

interface Customer {
  id: number | string;
  attributes: Record<string, unknown>;
  events: Record<string, unknown>;
}

const SOFIA: Customer = { id: 1, attributes: { name: 'Sofía', city: 'Bern, CH' }, events: { page: 3 } };
const BILL: Customer = { id: 2, attributes: {}, events: { page: 1 } };
const EXPECTED = '1,"city=Bern, CH",name=Sofía,page=3\n2,page=1\n';

const folder = temporaryFolder();
let server: Server;
let answer: (page: number) => { status?: number; body: string };
let requests: string[];
/** The `Authorization` of each request. */
let credentials: (string | undefined)[];

/** One customer a page. */
function serve(...customers: unknown[]): void {
  answer = (page) => ({ body: JSON.stringify({ customers: customers.slice(page - 1, page) }) });
}

beforeAll(async () => {
  server = createServer((request, response) => {
    requests.push(request.url ?? '');
    credentials.push(request.headers.authorization);
    const { status = 200, body } = answer(Number(new URL(request.url ?? '', 'http://x').searchParams.get('page')));
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

beforeEach(() => {
  requests = [];
  credentials = [];
  serve(SOFIA, BILL);
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  folder.remove();
});

const address = (): URL => new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);

async function verify(csv = EXPECTED, serverAddr = address()): Promise<{ output: string; exitCode: unknown }> {
  const verifyFile = join(folder.path, 'expected.csv');
  writeFileSync(verifyFile, csv);
  const stdout = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  const before = process.exitCode;
  try {
    await new VerifyCommand().run([], { verifyFile, serverAddr });
    return { output: stdout.mock.calls.flat().join(''), exitCode: process.exitCode };
  } finally {
    process.exitCode = before;
    stdout.mockRestore();
  }
}

describe('verify', () => {
  it('reads page after page until one is empty, and is content with what is as expected', async () => {
    expect(await verify()).toEqual({ output: '2 customers verified\n', exitCode: undefined });
    expect(requests).toEqual([1, 2, 3].map((page) => `/customers?page=${page}&per_page=10000`));
  });

  it('takes lines that nobody quoted, in any order of customers', async () => {
    serve({ ...SOFIA, attributes: { name: 'a "b" c' } }, BILL);
    expect((await verify('2,page=1\r\n1,name=a "b" c,page=3')).output).toBe('2 customers verified\n');
  });

  it.each<[string, unknown[], string]>([
    [
      'a missing customer, and how one comes to be missing',
      [SOFIA],
      'customer 2: expected a customer, actual none\n1 difference\n' +
        'The server has 1 customers, the summary 2. Was the file ingested, and is the ingestion done?\n',
    ],
    [
      'an unexpected customer, and where one may come from',
      [SOFIA, BILL, { ...BILL, id: 'x' }],
      'customer x: expected none, actual a customer\n1 difference\n' +
        'The server has 3 customers, the summary 2. Was another file ingested into the same database?\n',
    ],
    [
      'other values',
      [
        { ...SOFIA, attributes: { city: 'Bern', age: '7' } },
        { ...BILL, events: { page: 2 } },
      ],
      'customer 1: "city": expected "Bern, CH", actual "Bern"\n' +
        'customer 1: "name": expected "Sofía", actual none\n' +
        'customer 1: "age": expected none, actual "7"\n' +
        'customer 2: "page": expected 1, actual 2\n4 differences\n',
    ],
  ])('names %s and ends with 1', async (_, customers, output) => {
    serve(...customers);
    expect(await verify()).toEqual({ output, exitCode: 1 });
  });

  it('shows the first twenty differences and counts all', async () => {
    const { output, exitCode } = await verify(Array.from({ length: 40 }, (_, at) => `${at + 1},page=9\n`).join(''));
    const lines = output.trimEnd().split('\n');
    expect(lines).toHaveLength(23);
    expect(lines.slice(20, 22)).toEqual(['and 22 more', '42 differences']);
    expect(exitCode).toBe(1);
  });

  it.each([
    ['x\n1\n1', /^Line 3 is malformed: customer 1 was in an earlier one\.$/],
    ['1\n,a=b', /^Line 2 is malformed: it does not begin with the id of a customer\.$/],
    ['1\n2,a=b,c', /^Line 2 is malformed: "c" is not name=value\.$/],
    ['1\n2,=b', /^Line 2 is malformed: "=b" is not name=value\.$/],
    ['1,"a=b', /^Line 1 is malformed: a quoted field has no end\.$/],
  ])('refuses the file %j', async (csv, message) => {
    await expect(verify(csv)).rejects.toThrow(message);
    expect(requests).toEqual([]);
  });

  it('says that there is no such file', async () => {
    const run = new VerifyCommand().run([], { verifyFile: join(folder.path, 'none'), serverAddr: address() });
    await expect(run).rejects.toThrow(/^Cannot read .*none: ENOENT/);
  });

  it.each([
    ['an error', { status: 503, body: '{}' }, /page=1&per_page=10000 answered 503 Service Unavailable\.$/],
    ['no JSON', { body: '<html>' }, /answered something that is not JSON\.$/],
    ['no list', { body: '{"customers":{}}' }, /answered no list of customers\.$/],
    [
      'no customer',
      { body: '{"customers":[{"id":1,"attributes":{}}]}' },
      /answered a customer without id, attributes or events/,
    ],
    [
      'the same page for ever',
      { body: JSON.stringify({ customers: [SOFIA] }) },
      /^The server listed customer 1 twice\.$/,
    ],
  ])('says that the server answers %s', async (_, fixed, message) => {
    answer = () => fixed;
    await expect(verify()).rejects.toThrow(message);
  });

  describe('with ROSTER_TOKEN', () => {
    const before = process.env.ROSTER_TOKEN;
    afterEach(() => {
      if (before === undefined) delete process.env.ROSTER_TOKEN;
      else process.env.ROSTER_TOKEN = before;
    });

    it('sends it with every page', async () => {
      process.env.ROSTER_TOKEN = ' rst_secret\n';
      expect((await verify()).output).toBe('2 customers verified\n');
      expect(credentials).toEqual(['Bearer rst_secret', 'Bearer rst_secret', 'Bearer rst_secret']);
    });

    it.each([
      [undefined, 'wants a login. Set ROSTER_TOKEN to a token that may read, as "roster token create" prints it.'],
      ['', 'wants a login. Set ROSTER_TOKEN to a token that may read, as "roster token create" prints it.'],
      ['rst_old', 'does not take the token of ROSTER_TOKEN. It may have expired, or belong to another server.'],
    ])('says after a 401 what to do when it is %j', async (token, message) => {
      delete process.env.ROSTER_TOKEN;
      if (token !== undefined) process.env.ROSTER_TOKEN = token;
      answer = () => ({ status: 401, body: '{}' });
      await expect(verify()).rejects.toThrow(`${address().origin} ${message}`);
      expect(credentials).toEqual([token ? `Bearer ${token}` : undefined]);
    });

    it('says after a 403 that the token may not read', async () => {
      process.env.ROSTER_TOKEN = 'rst_secret';
      answer = () => ({ status: 403, body: '{}' });
      await expect(verify()).rejects.toThrow('The token of ROSTER_TOKEN may not read customers.');
    });

    it.each(['two words', 'ü'])('refuses %j, which is no token', async (token) => {
      process.env.ROSTER_TOKEN = token;
      await expect(verify()).rejects.toThrow('ROSTER_TOKEN is no token: it begins with rst_.');
      expect(requests).toEqual([]);
    });
  });

  it('says that the server cannot be reached', async () => {
    const gone = createServer();
    await new Promise<void>((resolve) => gone.listen(0, '127.0.0.1', resolve));
    const { port } = gone.address() as AddressInfo;
    await new Promise((resolve) => gone.close(resolve));
    const run = verify(EXPECTED, new URL(`http://127.0.0.1:${port}`));
    await expect(run).rejects.toThrow(`Cannot reach http://127.0.0.1:${port}: ECONNREFUSED. Is the server running?`);
  });

  it.each([
    ['localhost:1323', 'http://localhost:1323/'],
    [':1323', 'http://localhost:1323/'],
    ['http://localhost:1323', 'http://localhost:1323/'],
    ['https://roster.example.com/', 'https://roster.example.com/'],
  ])('takes the address %s', (text, url) => {
    expect(parseServerAddress(text).href).toBe(url);
  });

  it.each(['', 'http://[', 'file:///etc/passwd', 'a b'])('takes no address %j', (text) => {
    expect(() => parseServerAddress(text)).toThrow(
      /^-server-addr is ".*", but takes an address such as localhost:1323\.$/,
    );
  });
});
