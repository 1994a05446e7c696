import { HttpClient, HttpParams, provideHttpClient, withInterceptors } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';

import { DotIdSerializer, nameDotIds, withDots, withoutDots } from './dot-ids';

describe('a customer with the id . or ..', () => {
  it.each([
    ['/customers/..', '/customer?id=..'],
    ['/customers/.', '/customer?id=.'],
    ['/customers/../edit', '/customer/edit?id=..'],
    ['/customers/./history?limit=20', '/customer/history?id=.&limit=20'],
    ['/customers/..#a', '/customer?id=..#a'],
  ])('%s is spelled %s, which no browser changes', (path, spelled) => {
    expect(withoutDots(path)).toBe(spelled);
    expect(withDots(spelled)).toBe(path);
    expect(new URL(spelled, 'http://a.example').href).toBe(`http://a.example${spelled}`);
    const serializer = new DotIdSerializer();
    expect(serializer.serialize(serializer.parse(spelled))).toBe(spelled);
  });

  it.each(['/customers', '/customers/...', '/customers/..a', '/customers/7/edit', '/customers?page=2', '/overview'])(
    'changes nothing of %s',
    (path) => expect([withoutDots(path), withDots(path)]).toEqual([path, path]),
  );

  it('is asked for by the query', () => {
    TestBed.configureTestingModule({
      providers: [provideHttpClient(withInterceptors([nameDotIds])), provideHttpClientTesting()],
    });
    const params = new HttpParams().set('limit', 20);
    TestBed.inject(HttpClient).get('/customers/../history', { params }).subscribe();
    TestBed.inject(HttpTestingController).expectOne('/customer/history?id=..&limit=20').flush({});
  });
});
