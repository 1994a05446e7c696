import { earlyPage } from './early-page';
import { requestEarly } from './requests';

describe('what a page will ask for, by its address', () => {
  it.each([
    ['/', '', { kind: 'list' }],
    ['/customers', '', { kind: 'list' }],
    ['/customers/', '', { kind: 'list' }],
    ['/customers', '?search=a', null],
    ['/customers/7', '', { kind: 'customer', id: '7' }],
    ['/customers/7/', '?back=1', { kind: 'customer', id: '7' }],
    ['/customers/a%40b.example/edit', '', { kind: 'edit', id: 'a@b.example' }],
    ['/customers/new', '', { kind: 'customer', id: 'new' }],
    ['/customers/100%', '', null],
    ['/customers/7/other', '', null],
    ['/overview', '', { kind: 'overview' }],
    ['/overview/7', '', null],
    ['/ingest', '', { kind: 'ingest' }],
    ['/new-customer', '', null],
  ])('%s%s', (path, search, page) => {
    expect(earlyPage(path, search)).toEqual(page);
  });
});

describe('early requests', () => {
  const answer = (status: number, body: unknown) => ({ ok: status === 200, status, json: () => Promise.resolve(body) });
  const fetched = jest.fn();
  beforeEach(() => {
    fetched.mockReset();
    globalThis.fetch = fetched;
  });

  it('are those of the page, by the URL that it will ask, as the admin', async () => {
    fetched.mockImplementation((url: string) => Promise.resolve(answer(200, { of: url })));
    const requests = requestEarly({ kind: 'customer', id: 'a/ü' });
    expect([...requests.keys()]).toEqual(['/customers/a%2F%C3%BC', '/customers/a%2F%C3%BC/history?limit=20']);
    expect(await requests.get('/customers/a%2F%C3%BC')?.promise).toMatchObject({
      body: { of: '/customers/a%2F%C3%BC' },
    });
    expect(requests.get('/customers/a%2F%C3%BC')?.settled).toMatchObject({ body: { of: '/customers/a%2F%C3%BC' } });
    expect(fetched.mock.calls[0]).toEqual([
      '/customers/a%2F%C3%BC',
      { headers: { accept: 'application/json', 'x-roster-client': 'admin' } },
    ]);
  });

  it('have no body when they are refused, and no answer when there is no server', async () => {
    fetched.mockResolvedValueOnce(answer(503, null));
    const [refused] = requestEarly({ kind: 'overview' }).values();
    expect(await refused.promise).toMatchObject({ answer: { status: 503 }, body: null });
    fetched.mockRejectedValueOnce(new TypeError('Failed to fetch'));
    const [lost] = requestEarly({ kind: 'ingest' }).values();
    await expect(lost.promise).rejects.toThrow('Failed to fetch');
    expect(lost.settled).toBeUndefined();
  });

  it('are none for another page', () => {
    expect(requestEarly(null).size).toBe(0);
    expect(fetched).not.toHaveBeenCalled();
  });
});
