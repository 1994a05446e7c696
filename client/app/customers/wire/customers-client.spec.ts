import { provideHttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { firstValueFrom } from 'rxjs';

import { Customer } from '../model/customer';
import { CustomersClient } from './customers-client';

const customer: Customer = { id: 1004, attributes: { email: 'a@b' }, events: {}, last_updated: 1 };

describe('CustomersClient', () => {
  let client: CustomersClient;
  let http: HttpTestingController;

  beforeEach(() => {
    TestBed.configureTestingModule({ providers: [provideHttpClient(), provideHttpClientTesting()] });
    client = TestBed.inject(CustomersClient);
    http = TestBed.inject(HttpTestingController);
  });

  it.each([
    ['1004', '/customers/1004'],
    ['a/b c%d', '/customers/a%2Fb%20c%25d'],
    ['bill@example.com', '/customers/bill%40example.com'],
    ['שם', '/customers/%D7%A9%D7%9D'],
    ['$&?#{id}', '/customers/%24%26%3F%23%7Bid%7D'],
  ])('reads %s at %s, asking for JSON', async (id, url) => {
    const read = firstValueFrom(client.read(id));
    const request = http.expectOne({ method: 'GET', url });
    expect(request.request.headers.get('accept')).toBe('application/json');
    request.flush({ customer }, { headers: { etag: '"v1"' } });
    expect(await read).toEqual({ customer, etag: '"v1"' });
  });

  it('creates only what does not exist', () => {
    client.create('zed', { email: 'a@b' }).subscribe();
    const { request } = http.expectOne({ method: 'POST', url: '/customers' });
    expect(request.headers.get('if-none-match')).toBe('*');
    expect(request.body).toEqual({ customer: { id: 'zed', attributes: { email: 'a@b' } } });
  });

  it.each([
    ['"v1"', '"v1"'],
    [null, null],
  ])('deletes the version %s', (etag, header) => {
    client.remove('1', etag).subscribe();
    const { request } = http.expectOne({ method: 'DELETE', url: '/customers/1' });
    expect(request.headers.get('if-match')).toBe(header);
    expect(request.body).toBeNull();
  });
});
