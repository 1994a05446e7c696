import { HttpClient, HttpErrorResponse, provideHttpClient, withInterceptors } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';

import { JsonNumber } from './exact-json';
import { keepNumbers } from './exact-numbers';
import { readProblem } from './problem';

describe('the numbers in requests and answers', () => {
  let http: HttpClient;
  let server: HttpTestingController;

  beforeEach(() => {
    TestBed.configureTestingModule({
      providers: [provideHttpClient(withInterceptors([keepNumbers])), provideHttpClientTesting()],
    });
    http = TestBed.inject(HttpClient);
    server = TestBed.inject(HttpTestingController);
  });
  afterEach(() => server.verify());

  it('keep their characters', () => {
    let got: unknown = null;
    const body = { attributes: { a: new JsonNumber('1.0'), b: 2, none: undefined } };
    http.patch('/x', body).subscribe((answer) => (got = answer));
    const sent = server.expectOne('/x');
    expect(sent.request.body).toBe('{"attributes":{"a":1.0,"b":2}}');
    expect(sent.request.headers.get('content-type')).toBe('application/json');
    sent.flush('{}');
    expect(got).toEqual({});
  });

  it('are read from the text of an answer', () => {
    const got: unknown[] = [];
    http.get('/x').subscribe((answer) => got.push(answer));
    server.expectOne('/x').flush('{"a":3544790567247868102,"b":[1.5,1.50]}');
    http.get('/x').subscribe((answer) => got.push(answer));
    server.expectOne('/x').flush('');
    expect(got).toEqual([{ a: new JsonNumber('3544790567247868102'), b: [1.5, new JsonNumber('1.50')] }, null]);
  });

  it('are nothing to a text, and leave an error as it is', () => {
    let got: unknown = null;
    http.delete('/x', { responseType: 'text' }).subscribe((answer) => (got = answer));
    server.expectOne('/x').flush('1.0');
    expect(got).toBe('1.0');
    http.get('/x').subscribe({ error: (error: HttpErrorResponse) => (got = error) });
    const body = '{"code":"customer_not_found","message":"Gone."}';
    server.expectOne('/x').flush(body, { status: 404, statusText: 'Not Found' });
    expect(readProblem(got)).toMatchObject({ status: 404, code: 'customer_not_found', message: 'Gone.' });
  });
});
