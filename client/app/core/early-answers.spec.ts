import { HttpClient, provideHttpClient, withInterceptors } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';

import { takeEarlyAnswer } from './early-answers';
import { keepNumbers } from './exact-numbers';
import { readProblem } from './problem';

describe('answers that were asked for before the scripts were here', () => {
  let http: HttpClient;
  let server: HttpTestingController;
  const early = (answer: unknown, body: string | null, settled: boolean) => {
    const whole = { answer: answer as Response, body };
    const promise = Promise.resolve(whole);
    globalThis.earlyRequests = new Map([['/overview', settled ? { promise, settled: whole } : { promise }]]);
  };
  const OK = { ok: true, status: 200, statusText: 'OK', url: '/overview', headers: new Headers({ etag: '"7"' }) };

  beforeEach(() => {
    TestBed.configureTestingModule({
      providers: [provideHttpClient(withInterceptors([keepNumbers, takeEarlyAnswer])), provideHttpClientTesting()],
    });
    http = TestBed.inject(HttpClient);
    server = TestBed.inject(HttpTestingController);
  });
  afterEach(() => {
    server.verify();
    globalThis.earlyRequests = undefined;
  });

  it('are given at once where they are here, and once only', () => {
    early(OK, '{"customers":3}', true);
    const got: unknown[] = [];
    http
      .get('/overview', { observe: 'response' })
      .subscribe(({ body, headers }) => got.push(body, headers.get('etag')));
    expect(got).toEqual([{ customers: 3 }, '"7"']);
    http.get('/overview').subscribe((body) => got.push(body));
    server.expectOne('/overview').flush('"fresh"');
    expect(got.at(-1)).toBe('fresh');
  });

  it('are waited for', async () => {
    early(OK, '"late"', false);
    expect(await new Promise((done) => http.get('/overview').subscribe(done))).toBe('late');
  });

  it.each([true, false])('are taken when there is no such thing (here already: %p)', async (settled) => {
    early({ ...OK, ok: false, status: 404 }, '{"code":"customer_not_found","message":"No."}', settled);
    const problem = await new Promise((done) =>
      http.get('/overview').subscribe({ error: (error: unknown) => done(readProblem(error)) }),
    );
    expect(problem).toMatchObject({ status: 404, code: 'customer_not_found', message: 'No.' });
  });

  it('are asked for anew when they failed, and are nothing to a write', () => {
    early({ ...OK, ok: false, status: 503 }, null, true);
    http.post('/overview', null).subscribe();
    server.expectOne('/overview').flush('');
    let got: unknown = null;
    http.get('/overview').subscribe((body) => (got = body));
    server.expectOne('/overview').flush('"again"');
    expect(got).toBe('again');
  });
});
