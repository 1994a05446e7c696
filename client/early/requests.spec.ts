import { provideHttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';

import { LoginClient } from '../app/access/wire/login-client';
import { SessionClient } from '../app/access/wire/session-client';
import { SourcesClient } from '../app/sources/wire/sources-client';
import { TokensClient } from '../app/access/wire/tokens-client';
import { UsersClient } from '../app/access/wire/users-client';
import { readQuery } from '../app/customers/model/customer-query';
import { NO_FILTER } from '../app/customers/model/timeline';
import { CustomersClient } from '../app/customers/wire/customers-client';
import { SegmentsClient } from '../app/customers/wire/segments-client';
import { TimelineClient } from '../app/customers/wire/timeline-client';
import { ImportsClient } from '../app/imports/wire/imports-client';
import { IngestionsClient } from '../app/ingest/wire/ingestions-client';
import { OverviewClient } from '../app/overview/wire/overview-client';
import { earlyUrls, requestEarly } from './requests';

describe('what a page asks the API for first, by its address', () => {
  const list = ['/customers?page=1&per_page=25', '/segments'];
  const customer = (id: string) => [`/customers/${id}`, `/customers/${id}/timeline?limit=50`];

  it.each([
    ['/', '', list],
    ['/customers', '', list],
    ['/customers/', '', list],
    ['/customers', '?search=a', ['/segments']],
    ['/', '?page=2', ['/segments']],
    ['/customers/7', '', customer('7')],
    ['/customers/7/', '?back=1', customer('7')],
    ['/customers/a%2F%C3%BC', '', customer('a%2F%C3%BC')],
    ['/customers/$&', '', customer('%24%26')],
    ['/customers/a@b.example/edit', '', ['/customers/a%40b.example']],
    ['/customers/new', '', customer('new')],
    ['/customers/compare', '', customer('compare')],
    ['/customers/compare', '?a=7', customer('compare')],
    ['/customers/compare', '?a=a%2Fb&b=7', ['/customers/a%2Fb', '/customers/7']],
    ['/customers/100%', '', []],
    ['/customers/7/other', '', []],
    ['/overview', '', ['/overview']],
    ['/overview/7', '', []],
    ['/ingest', '', ['/ingestions', '/imports']],
    ['/users', '', ['/users']],
    ['/tokens', '', ['/tokens']],
    ['/sources', '', ['/sources']],
    ['/sources/7', '', []],
    ['/live', '?source=2', ['/sources']],
    ['/account', '', ['/sessions']],
    ['/login', '?return=/customers/7', []],
    ['/setup', '', []],
    ['/new-customer', '', []],
  ])('%s%s', (path, search, urls) => {
    expect(earlyUrls(path, search)).toEqual([...urls, '/session']);
  });

  it('is spelled as the clients of the pages spell it', () => {
    TestBed.configureTestingModule({ providers: [provideHttpClient(), provideHttpClientTesting()] });
    const id = 'a/ü';
    const none = { search: '', filter: [], sort: null, order: null, page: null, per_page: null };
    TestBed.inject(CustomersClient).page(readQuery(none)).subscribe();
    TestBed.inject(SegmentsClient).list().subscribe();
    TestBed.inject(CustomersClient).read(id).subscribe();
    TestBed.inject(TimelineClient).page(id, NO_FILTER).subscribe();
    TestBed.inject(OverviewClient).read().subscribe();
    TestBed.inject(IngestionsClient).list().subscribe();
    TestBed.inject(ImportsClient).list().subscribe();
    TestBed.inject(UsersClient).list().subscribe();
    TestBed.inject(TokensClient).list().subscribe();
    TestBed.inject(SourcesClient).list().subscribe();
    TestBed.inject(LoginClient).sessions().subscribe();
    TestBed.inject(SessionClient).read().subscribe();
    const asked = TestBed.inject(HttpTestingController).match(() => true);
    const paths = [
      '/',
      `/customers/${encodeURIComponent(id)}`,
      '/overview',
      '/ingest',
      '/users',
      '/tokens',
      '/sources',
      '/account',
    ];
    const ofPages = paths.flatMap((path) => earlyUrls(path, '').filter((url) => url !== '/session'));
    expect(asked.map(({ request }) => request.urlWithParams)).toEqual([...ofPages, '/session']);
  });
});

describe('early requests', () => {
  const answer = (status: number, body: unknown) => ({ ok: status === 200, status, text: () => Promise.resolve(body) });
  const fetched = jest.fn();
  beforeEach(() => {
    fetched.mockReset();
    globalThis.fetch = fetched;
  });

  it('ask for JSON, and keep the answer', async () => {
    fetched.mockResolvedValue(answer(200, '{"segments":[]}'));
    const request = requestEarly(['/segments']).get('/segments');
    expect(await request?.promise).toMatchObject({ body: '{"segments":[]}' });
    expect(request?.settled).toMatchObject({ body: '{"segments":[]}' });
    expect(fetched.mock.calls).toEqual([['/segments', { headers: { accept: 'application/json' } }]]);
  });

  it('ask for the history of a customer once the customer is there', async () => {
    let arrive: (answer: unknown) => void = () => undefined;
    fetched.mockReturnValueOnce(new Promise((resolve) => (arrive = resolve)));
    fetched.mockResolvedValueOnce(answer(200, '{"entries":[]}'));
    const requests = requestEarly(['/customers/7', '/customers/7/history?limit=20']);
    expect(fetched).toHaveBeenCalledTimes(1);
    arrive(answer(200, '{}'));
    expect(await requests.get('/customers/7/history?limit=20')?.promise).toMatchObject({ body: '{"entries":[]}' });
  });

  it('do not ask for the history of a customer that does not exist', async () => {
    fetched.mockResolvedValue(answer(404, '{"code":"customer_not_found"}'));
    const history = requestEarly(['/customers/7', '/customers/7/history?limit=20']).get(
      '/customers/7/history?limit=20',
    );
    await expect(history?.promise).rejects.toThrow();
    expect(fetched).toHaveBeenCalledTimes(1);
  });

  it('have no body when they are refused, unless there is no such thing, and no answer when there is no server', async () => {
    fetched.mockResolvedValueOnce(answer(503, null));
    const [refused] = requestEarly(['/overview']).values();
    expect(await refused.promise).toMatchObject({ answer: { status: 503 }, body: null });
    fetched.mockResolvedValueOnce(answer(404, '{"code":"customer_not_found"}'));
    const [missing] = requestEarly(['/customers/7']).values();
    expect(await missing.promise).toMatchObject({ body: '{"code":"customer_not_found"}' });
    fetched.mockRejectedValueOnce(new TypeError('Failed to fetch'));
    const [lost] = requestEarly(['/ingestions']).values();
    await expect(lost.promise).rejects.toThrow('Failed to fetch');
    expect(lost.settled).toBeUndefined();
  });
});
