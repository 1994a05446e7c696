import { HttpTestingController } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { Router, provideRouter } from '@angular/router';

import { HTTP, Screen, render } from '../../../test/support/component';
import { openDialog } from '../../../test/support/dialog';
import { EventSourceStub, call } from '../../../test/support/live-calls';
import { Session, SessionStore } from '../core/session';
import { Confirm } from '../ui/confirm';
import { Question } from '../ui/confirm-dialog';
import { Toast } from '../ui/toast';
import { Sources } from './list/sources';
import { Counts, Source, SourceReject } from './model/source';
import { Received } from './show/received';
import { SourceRejects } from './show/source-rejects';
import { SourceShow } from './show/source-show';
import { Snippets } from './ui/snippets';
import { SourceDialog, SourceTask } from './ui/source-dialog';

// The plot has a test of its own; jsdom has no canvas to draw on.
jest.mock('../overview/bar-chart', () => ({ barChart: () => ({ destroy: () => undefined }) }));

const AT = '2026-01-31T12:00:00.000Z';
const NONE: Counts = { accepted: 0, duplicates: 0, stale: 0, anonymous: 0, ignored: 0, rejected: 0 };
const source = (id: number, some: Partial<Source> = {}): Source => ({
  id,
  name: id === 1 ? 'default' : `source ${id}`,
  kind: 'segment',
  is_on: true,
  keeps_empty_text: false,
  may_create: true,
  may_delete: false,
  created_at: AT,
  created_by: 'ada@example.com',
  has_key: id !== 1,
  today: NONE,
  week: NONE,
  ...some,
});
const refusal = (status: number) => ({ status, statusText: 'x' });

let http: HttpTestingController;
let questions: Question[];
let toasts: string[];
let session: SessionStore;
/** The providers of a page of a reader who goes ahead whenever asked. */
const providers = (some: Partial<Session> = {}) => {
  session = new SessionStore();
  session.set({ access: 'open', user: null, permissions: ['read', 'manage'], single_sign_on: false, ...some });
  [questions, toasts] = [[], []];
  const ask = (question: Question) => {
    questions.push(question);
    return Promise.resolve(true);
  };
  return [
    ...HTTP,
    provideRouter([]),
    { provide: SessionStore, useValue: session },
    { provide: Confirm, useValue: { ask } },
    { provide: Toast, useValue: { show: (text: string) => Promise.resolve(toasts.push(text)) } },
  ];
};

beforeEach(() => {
  EventSourceStub.install();
  Object.assign(globalThis, { matchMedia: () => new EventTarget() });
});

describe('Sources', () => {
  it('lists what each received, and explains the one that is always there', async () => {
    const screen = await render(Sources, {}, providers());
    http = TestBed.inject(HttpTestingController);
    const week = { ...NONE, accepted: 12_000, duplicates: 3, rejected: 2 };
    const sources = [source(1), source(2, { is_on: false, last_hour_at: AT, today: { ...NONE, accepted: 7 }, week })];
    http.expectOne('/sources').flush({ sources });
    await screen.settle();
    expect(screen.texts('[data-testid=source] .what a')).toEqual(['default', 'source 2']);
    expect(screen.link('source 2').getAttribute('href')).toBe('/sources/2');
    expect(screen.texts('.what p')[0]).toContain('with any other key or none');
    expect(screen.texts('.tag')).toEqual(['off']);
    expect(screen.texts('[data-testid=source]:nth-child(2) dd')).toEqual(['7', '0', '0', '12,000', '3', '2']);
    expect(screen.texts('.bad dd')).toEqual(['2']);
    expect(screen.texts('.last')[0]).toBe('No messages yet');
    session.set({ access: 'closed', user: null, permissions: ['manage'], single_sign_on: false });
    await screen.settle();
    expect(screen.texts('.what p')[0]).toContain('Messages that come with a token are its own');
    expect(screen.all('[href="/live"]')).toEqual([]);
  });
});

describe('SourceDialog', () => {
  const open = async (task: SourceTask, some: Partial<Session> = {}) => {
    const dialog = await openDialog(SourceDialog, task, providers(some));
    http = TestBed.inject(HttpTestingController);
    return dialog;
  };
  const hintOf = (screen: Screen, name: string) => screen.one(`#hint-${name}`).textContent;

  it('makes a source, shows its key until it is done, and what the first message came to', async () => {
    const { screen, results } = await open({ does: 'make' });
    await screen.submit();
    expect(screen.texts('app-field-error').filter(Boolean)).toEqual(['Fill this in.']);
    await screen.type(screen.input('Name'), ' Web ');
    await screen.choose(screen.select('Clients'), 'customerio');
    expect(screen.one('#source-kind-hint').textContent).toContain('Track API');
    expect(hintOf(screen, 'may_delete')).toContain('Calls from browsers never do');
    await screen.click(screen.input('May delete and suppress customers'));
    expect(hintOf(screen, 'may_delete')).toContain('change nothing');
    await screen.choose(screen.select('Clients'), 'segment');
    await screen.choose(screen.select('Clients'), 'customerio');
    expect(hintOf(screen, 'may_delete')).toContain('change nothing');
    await screen.submit();
    http.expectOne('/sources').flush({ code: 'source_name_taken', message: 'No.' }, refusal(409));
    await screen.settle();
    expect(screen.texts('app-field-error').filter(Boolean)).toEqual(['There is a source with this name already.']);
    await screen.submit();
    const request = http.expectOne({ method: 'POST', url: '/sources' });
    expect(request.request.body).toEqual({
      source: {
        name: 'Web',
        kind: 'customerio',
        is_on: true,
        may_create: true,
        keeps_empty_text: false,
        may_delete: false,
      },
    });
    request.flush({ source: source(5, { kind: 'customerio' }), key: 'site:api' }, { status: 201, statusText: 'x' });
    await screen.settle();
    expect(screen.texts('app-secret-once code')).toEqual(['site:api']);
    expect(screen.one('[data-testid=snippet]').textContent).toContain(`new TrackClient('site', 'api'`);
    expect(screen.texts('app-first-call')[0]).toContain('Waiting for the first message');
    expect(EventSourceStub.last.url).toBe('/live?source=5');
    EventSourceStub.last.send(call(1, { outcome: 'rejected', reason: 'invalid_id' }));
    await screen.settle();
    expect(screen.texts('[data-testid=first-call]')).toEqual([
      'A message has arrived: identify of customer u1 – rejected (id is missing, empty or over 255 bytes)',
    ]);
    await screen.press(screen.one('[data-testid=secret]'), 'Escape');
    expect(results).toEqual([]);
    await screen.click(screen.button('Done'));
    expect([results.length, EventSourceStub.last.isClosed]).toEqual([1, true]);
  });

  it('does not watch for readers who may not see customers', async () => {
    const { screen } = await open({ does: 'make' }, { permissions: ['manage'] });
    await screen.type(screen.input('Name'), 'Web');
    await screen.submit();
    http.expectOne('/sources').flush({ source: source(5), key: 'k' });
    await screen.settle();
    expect([screen.texts('app-secret-once code'), EventSourceStub.all]).toEqual([['k'], []]);
  });

  it('sends only what was changed', async () => {
    const { screen, results } = await open({ does: 'edit', source: source(2) });
    expect(screen.all('#source-kind')).toEqual([]);
    await screen.type(screen.input('Name'), 'Shop');
    await screen.click(screen.input('Keeps empty texts'));
    await screen.submit();
    const request = http.expectOne({ method: 'PATCH', url: '/sources/2' });
    expect(request.request.body).toEqual({ source: { name: 'Shop', keeps_empty_text: true } });
    request.flush({ source: source(2) });
    await screen.settle();
    expect([results.length, toasts]).toEqual([1, ['Shop saved']]);
  });

  it('makes a new key, and asks how long the present one goes on', async () => {
    const { screen } = await open({ does: 'key', source: source(2) });
    const overlap = screen.select('The present key goes on working for');
    overlap.selectedIndex = 1;
    overlap.dispatchEvent(new Event('change'));
    await screen.submit();
    const request = http.expectOne({ method: 'POST', url: '/sources/2/key' });
    expect(request.request.body).toEqual({ overlap_hours: 168 });
    request.flush({ source: source(2), key: 'rsk_new' });
    await screen.settle();
    expect(screen.texts('app-secret-once code')).toEqual(['rsk_new']);
  });
});

describe('Snippets', () => {
  it('are tabs, by click and by arrow keys, with a placeholder for a key that is not known', async () => {
    const screen = await render(Snippets, { kind: 'segment', key: null });
    const tabs = () => screen.all('[role=tab][aria-selected=true]').map(({ textContent }) => textContent.trim());
    const text = () => screen.one('[data-testid=snippet]').textContent;
    expect(tabs()).toEqual(['@segment/analytics-node']);
    expect(text()).toContain(`writeKey: 'YOUR_KEY', host: '${location.origin}'`);
    await screen.press(screen.one('[role=tab][aria-selected=true]'), 'ArrowLeft');
    expect(tabs()).toEqual(['curl']);
    expect(document.activeElement?.id).toBe('tab-curl');
    await screen.press(screen.one('[role=tab][aria-selected=true]'), 'ArrowRight');
    await screen.click(screen.button('@segment/analytics-next'));
    expect(screen.text).toContain('Everybody can read the key in a page.');
    await screen.set({ key: 'rsk_k' });
    expect([tabs(), text()]).toEqual([['@segment/analytics-next'], expect.stringContaining(`'rsk_k'`)]);
  });
});

describe('SourceShow', () => {
  let screen: Screen<SourceShow>;
  const open = async (it: Source, some: Partial<Session> = {}) => {
    screen = await render(SourceShow, { id: String(it.id) }, providers(some));
    http = TestBed.inject(HttpTestingController);
    await answer(it);
  };
  const answer = async (it: Source) => {
    http.expectOne({ method: 'GET', url: `/sources/${it.id}` }).flush({ source: it });
    await screen.settle();
    for (const request of http.match(({ url }) => url.endsWith('/counts'))) request.flush({ counts: [] });
    for (const request of http.match(({ url }) => url.endsWith('/rejects'))) request.flush({ rejects: [], meta: {} });
    await screen.settle();
  };

  it('says what its switches mean, and leads to its live view', async () => {
    await open(source(2, { old_key_until: AT, may_delete: true }));
    expect(screen.texts('h1')).toEqual(['source 2']);
    expect(screen.texts('[data-testid=switches] .on strong')).toEqual([
      'On',
      'May create customers',
      'May delete and suppress customers',
    ]);
    expect(screen.texts('[data-testid=old-key]')[0]).toContain('The key before the present one works until');
    expect(screen.link('Live').getAttribute('href')).toBe('/live?source=2');
    expect(screen.texts('app-source-rejects p')).toContain('None. Everything that came was understood.');
  });

  it('is switched off and on', async () => {
    await open(source(2));
    await screen.click(screen.button('Switch off'));
    const request = http.expectOne({ method: 'PATCH', url: '/sources/2' });
    expect(request.request.body).toEqual({ source: { is_on: false } });
    request.flush({ source: source(2) });
    await screen.settle();
    await answer(source(2, { is_on: false }));
    expect(toasts).toEqual(['source 2 is off']);
    expect(screen.texts('app-notice strong')).toEqual(['This source is off']);
    expect(screen.button('Switch on')).toBeTruthy();
  });

  it('is removed after a question', async () => {
    await open(source(2));
    const to = jest.spyOn(TestBed.inject(Router), 'navigate').mockResolvedValue(true);
    await screen.click(screen.button('Remove'));
    http.expectOne({ method: 'DELETE', url: '/sources/2' }).flush({ code: 'x', message: 'Not now.' }, refusal(503));
    await screen.settle();
    expect([screen.texts('app-notice p'), to.mock.calls]).toEqual([['Not now.'], []]);
    await screen.click(screen.button('Remove'));
    http.expectOne({ method: 'DELETE', url: '/sources/2' }).flush(null, { status: 204, statusText: 'x' });
    await screen.settle();
    expect(questions.map(({ heading }) => heading)[1]).toBe('Remove the source source 2?');
    expect(to).toHaveBeenCalledWith(['/sources']);
    expect(toasts).toEqual(['source 2 removed']);
  });

  it('the default one has no key, and stays', async () => {
    await open(source(1), { access: 'closed' });
    expect(screen.all('[data-testid=remove-source], [data-testid=new-key], app-snippets')).toEqual([]);
    expect(screen.text).toContain('This source is always there.');
  });

  it.each(['7', 'x'])('says that there is no such source: %s', async (id) => {
    screen = await render(SourceShow, { id }, providers());
    http = TestBed.inject(HttpTestingController);
    for (const request of http.match('/sources/7')) request.flush({ code: 'x', message: 'x' }, refusal(404));
    await screen.settle();
    expect(screen.texts('app-empty-state h2')).toEqual(['Source not found']);
  });
});

describe('Received', () => {
  it('tells the numbers of today and of the week by hour', async () => {
    const screen = await render(Received, { source: 2 }, providers());
    http = TestBed.inject(HttpTestingController);
    const hour = (hours: number, some: Partial<Counts>) => ({
      ...NONE,
      ...some,
      at: new Date(new Date().setMinutes(0, 0, 0) - hours * 3_600_000).toISOString(),
    });
    const counts = [hour(100, { accepted: 5, duplicates: 2 }), hour(99, {}), hour(0, { accepted: 1000, rejected: 3 })];
    http.expectOne('/sources/2/counts?hours=168').flush({ counts });
    await screen.settle();
    expect(screen.texts('.hint')).toEqual(['1,003 messages']);
    await screen.click(screen.button('Last 7 days'));
    await screen.click(screen.button('Table'));
    expect(screen.all('tbody tr').map((row) => [...row.querySelectorAll('td')].map((td) => td.textContent))).toEqual([
      ['1,000', '0', '0', '0', '0', '3'],
      ['5', '2', '0', '0', '0', '0'],
    ]);
    await screen.choose(screen.select('Outcome'), 'rejected');
    expect(screen.texts('.hint')).toEqual(['3 messages: rejected']);
  });
});

describe('SourceRejects', () => {
  const reject = (id: number, some: Partial<SourceReject> = {}): SourceReject => ({
    id,
    at: AT,
    reason: 'invalid_timestamp',
    message: 'It is in the year 55976.',
    text: '{"a":1.0}',
    ...some,
  });

  it('lists them with reason, customer and text, and older ones on demand', async () => {
    const screen = await render(SourceRejects, { source: 2 }, providers());
    http = TestBed.inject(HttpTestingController);
    const rejects = [
      reject(9, { field: 'timestamp', user_id: 'a/b' }),
      reject(8, { reason: 'brand_new', text: '{"a' }),
    ];
    http.expectOne('/sources/2/rejects?limit=50').flush({ rejects, meta: { next: 8 } });
    await screen.settle();
    expect(screen.texts('[data-testid=reject] strong')).toEqual([
      'timestamp is no time from 1970 to tomorrow',
      'brand_new',
    ]);
    expect(screen.link('a/b').getAttribute('href')).toBe('/customers/a%2Fb');
    session.set({ access: 'closed', user: null, permissions: ['manage'], single_sign_on: false });
    await screen.settle();
    expect(screen.all('[data-testid=reject] a')).toEqual([]);
    expect(screen.all('pre').map(({ textContent }) => textContent)).toEqual(['{\n  "a": 1.0\n}', '{"a']);
    await screen.click(screen.button('Show older'));
    http.expectOne('/sources/2/rejects?before=8&limit=50').flush({ rejects: [reject(1)], meta: {} });
    await screen.settle();
    expect(screen.all('[data-testid=reject]')).toHaveLength(3);
    expect(screen.all('[data-testid=older-rejects]')).toEqual([]);
  });
});
