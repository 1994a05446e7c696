import { HttpTestingController } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';

import { HTTP, Screen, render } from '../../../test/support/component';
import { Connection } from '../core/connection';
import { LoginAgain } from '../core/login-again';
import { SessionStore } from '../core/session';
import { Ingestion } from './wire/ingestion';
import { UploadQueue } from './data/upload-queue';
import { Ingest } from './ingest';

const ingestion = (id: number, some: Partial<Ingestion> = {}): Ingestion => ({
  id,
  source: `${id}.jsonl`,
  state: 'done',
  started_at: '2020-01-31T12:00:00.000Z',
  seconds: 1,
  bytes: 10,
  lines: 1,
  customers: 1,
  events: 1,
  attributes: 0,
  duplicates: 0,
  anonymous: 0,
  stale: 0,
  blank: 0,
  rejected: {},
  ...some,
});

/** An upload on its way. */
class Sending {
  static all: Sending[] = [];
  readonly upload: { onprogress?: (event: { loaded: number }) => void } = {};
  readonly headers: Record<string, string> = {};
  onload: () => void = () => undefined;
  onerror: () => void = () => undefined;
  url = '';
  body: unknown;
  status = 0;
  responseText = '';
  aborted = false;

  constructor() {
    Sending.all.push(this);
  }

  open(method: string, url: string) {
    this.url = `${method} ${url}`;
  }

  setRequestHeader(name: string, value: string) {
    this.headers[name] = value;
  }

  send(body: unknown) {
    this.body = body;
  }

  abort() {
    this.aborted = true;
  }

  answer(status: number, body: object) {
    [this.status, this.responseText] = [status, JSON.stringify(body)];
    this.onload();
  }
}

/** The progress of an ingestion that is followed. */
class Followed extends EventTarget {
  static readonly CLOSED = 2;
  static all: Followed[] = [];
  closed = false;
  readyState = 1;

  constructor(readonly url: string) {
    super();
    Followed.all.push(this);
  }

  close() {
    this.closed = true;
  }

  tell(type: 'progress' | 'end', ingestion: Ingestion) {
    this.dispatchEvent(new MessageEvent(type, { data: JSON.stringify({ ingestion }) }));
  }
}

describe('Ingest', () => {
  let screen: Screen<Ingest>;
  let http: HttpTestingController;

  beforeEach(() => {
    [Sending.all, Followed.all] = [[], []];
    Object.assign(globalThis, { XMLHttpRequest: Sending, EventSource: Followed });
  });

  afterEach(() => {
    // A queue that sends asks before the page is closed, and all tests share one page.
    const queue = TestBed.inject(UploadQueue);
    for (const { key } of queue.uploads()) queue.cancel(key);
  });

  const open = async () => {
    screen = await render(Ingest, {}, HTTP);
    http = TestBed.inject(HttpTestingController);
    await sheets();
  };
  /** Answers every list of spreadsheets that was asked for. */
  const sheets = async () => {
    for (const request of http.match('/imports')) request.flush({ imports: [] });
    await screen.settle();
  };
  /** Answers every list that was asked for. */
  const answer = async (ingestions: readonly Ingestion[]) => {
    const requests = http.match('/ingestions').filter(({ cancelled }) => !cancelled);
    for (const request of requests) request.flush({ ingestions });
    await screen.settle();
  };
  const rows = () => screen.texts('[data-testid=ingestions] .source');
  const files = (...names: string[]) => names.map((name) => new File(['{}'], name));
  const dragged = async (type: string, some: readonly File[], init: object = {}) => {
    const event = Object.assign(new Event(type, { cancelable: true, bubbles: true }), {
      dataTransfer: { types: some.length > 0 ? ['Files'] : ['text/plain'], files: some, dropEffect: '' },
      ...init,
    });
    document.dispatchEvent(event);
    await screen.settle();
    return event.defaultPrevented;
  };

  it('is busy, then lists what was ingested, newest first', async () => {
    await open();
    expect(screen.all('[aria-busy=true]')).toHaveLength(1);
    await answer([ingestion(2), ingestion(1)]);
    expect(screen.all('[aria-busy=true]')).toEqual([]);
    expect(rows()).toEqual(['2.jsonl', '1.jsonl']);
  });

  it('lists nothing before the spreadsheets above it are known, so that nothing moves', async () => {
    screen = await render(Ingest, {}, HTTP);
    http = TestBed.inject(HttpTestingController);
    await answer([ingestion(1)]);
    expect([screen.all('[aria-busy=true]').length, rows()]).toEqual([1, []]);
    await sheets();
    expect([screen.all('[aria-busy=true]').length, rows()]).toEqual([0, ['1.jsonl']]);
  });

  it('says that there are none yet', async () => {
    await open();
    await answer([]);
    expect(screen.texts('app-empty-state h2')).toEqual(['None yet']);
  });

  it('says why they could not be loaded, tries again, and does so when the server is back', async () => {
    await open();
    const refuse = async () => {
      http.expectOne('/ingestions').flush({ code: 'busy', message: 'Not now.' }, { status: 503, statusText: 'x' });
      await screen.settle();
    };
    await refuse();
    expect(screen.one('[role=alert]').textContent).toContain('Not now.');
    await screen.click(screen.button('Try again'));
    await refuse();
    TestBed.inject(Connection).lose();
    TestBed.inject(Connection).recover();
    await screen.settle();
    await answer([ingestion(1)]);
    expect(rows()).toEqual(['1.jsonl']);
  });

  it('shows 20 at first, and all on demand', async () => {
    await open();
    await answer(Array.from({ length: 23 }, (_, i) => ingestion(23 - i)));
    expect(rows()).toHaveLength(20);
    await screen.click(screen.button('Show 3 more'));
    expect(rows()).toHaveLength(23);
    expect(screen.all('button')).toEqual([]);
  });

  it('follows those that run, as long as somebody looks', async () => {
    await open();
    await answer([ingestion(2, { state: 'running' }), ingestion(1)]);
    expect(Followed.all.map(({ url }) => url)).toEqual(['/ingestions/2/progress']);
    Followed.all[0].tell('progress', ingestion(2, { state: 'running', lines: 5000 }));
    await screen.settle();
    expect(screen.text).toContain('5,000 lines');
    TestBed.resetTestingModule();
    expect(Followed.all[0].closed).toBe(true);
  });

  it('follows again when the progress was refused, once it can be read', async () => {
    jest.useFakeTimers();
    try {
      await open();
      await answer([ingestion(2, { state: 'running' })]);
      Followed.all[0].dispatchEvent(new Event('error'));
      await jest.advanceTimersByTimeAsync(1000);
      http.expectNone('/ingestions/2');
      Followed.all[0].readyState = Followed.CLOSED;
      Followed.all[0].dispatchEvent(new Event('error'));
      await jest.advanceTimersByTimeAsync(1000);
      http.expectOne('/ingestions/2').flush({ ingestion: ingestion(2, { state: 'running' }) });
      await screen.settle();
      expect(Followed.all.map(({ closed }) => closed)).toEqual([true, false]);
    } finally {
      jest.useRealTimers();
    }
  });

  it('sends a file again, from its start, when the session had ended', async () => {
    await open();
    await answer([]);
    await dragged('drop', files('a'));
    Sending.all[0].answer(401, { code: 'unauthenticated' });
    const login = TestBed.inject(LoginAgain);
    expect(login.asks()).toBe(true);
    login.answer(true);
    await screen.settle();
    expect(Sending.all.map(({ url }) => url)).toEqual(Array(2).fill('POST /ingestions?name=a'));
    expect(screen.one('[data-testid=upload]').dataset.state).toBe('sending');
  });

  it('sends a file again after the login, too, when the server cut the upload as the session had ended', async () => {
    await open();
    await answer([]);
    const user = { id: 1, email: 'ada@example.com', name: 'Ada', role: 'admin' } as const;
    const session = { access: 'closed', user, permissions: ['read', 'ingest'], single_sign_on: false } as const;
    TestBed.inject(SessionStore).set(session);
    await dragged('drop', files('a'));
    Sending.all[0].onerror();
    http.expectOne('/session').flush({ ...session, user: null });
    await screen.settle();
    const login = TestBed.inject(LoginAgain);
    expect(login.asks()).toBe(true);
    login.answer(true);
    await screen.settle();
    expect(Sending.all.map(({ url }) => url)).toEqual(Array(2).fill('POST /ingestions?name=a'));
  });

  it('takes no files from who may not ingest', async () => {
    await open();
    TestBed.inject(SessionStore).set({ access: 'closed', user: null, permissions: ['read'], single_sign_on: false });
    await answer([ingestion(1)]);
    expect(rows()).toEqual(['1.jsonl']);
    expect(screen.all('[data-testid=file]')).toEqual([]);
    expect(await dragged('drop', files('a'))).toBe(false);
    expect(Sending.all).toEqual([]);
  });

  it('sends the chosen files one after the other, and the same one again on demand', async () => {
    await open();
    await answer([]);
    const field = screen.one('[data-testid=file]', HTMLInputElement);
    expect(field.multiple).toBe(true);
    const chosen = files('a b.jsonl', 'c.jsonl.gz');
    let cleared = 0;
    Object.defineProperty(field, 'files', { value: chosen });
    Object.defineProperty(field, 'value', { set: () => cleared++ });
    field.dispatchEvent(new Event('change'));
    await screen.settle();
    // A field that keeps its file does not tell when it is chosen once more.
    expect(cleared).toBe(1);
    expect(Sending.all.map(({ url, body }) => [url, body])).toEqual([['POST /ingestions?name=a%20b.jsonl', chosen[0]]]);
    expect(screen.texts('[data-testid=upload] bdi')).toEqual(['c.jsonl.gz', 'a b.jsonl']);

    Sending.all[0].answer(202, { ingestion: ingestion(1) });
    await screen.settle();
    expect(Sending.all).toHaveLength(2);
    expect(Sending.all[1].headers['content-type']).toBe('application/gzip');
  });

  it.each([
    ['a\u0000b\u0085.jsonl', 'a b .jsonl'],
    [`${'é'.repeat(200)}.jsonl`, 'é'.repeat(127)],
  ])('names an upload as the server takes it: %.10j', async (name, sent) => {
    await open();
    TestBed.inject(UploadQueue).add(files(name));
    await answer([]);
    expect(Sending.all.map(({ url }) => url)).toEqual([`POST /ingestions?name=${encodeURIComponent(sent)}`]);
  });

  it('takes files that are dropped anywhere on the page, and nothing else', async () => {
    await open();
    await answer([]);
    expect(await dragged('dragover', [])).toBe(false);
    expect(await dragged('dragover', files('a'))).toBe(true);
    expect(screen.one('.drop').classList).toContain('dragging');
    await dragged('dragleave', files('a'), { relatedTarget: null });
    expect(screen.one('.drop').classList).not.toContain('dragging');
    expect(await dragged('drop', files('a', 'b'))).toBe(true);
    expect(screen.all('[data-testid=upload]')).toHaveLength(2);
    expect(screen.one('.drop').classList).not.toContain('dragging');
  });

  it('lists an upload once: above while it is there, below when it was taken from the list', async () => {
    await open();
    await answer([]);
    await dragged('drop', files('1.jsonl'));
    Sending.all[0].answer(202, { ingestion: ingestion(1, { state: 'running' }) });
    await screen.settle();
    Followed.all.at(-1)?.tell('end', ingestion(1));
    await screen.settle();
    await answer([ingestion(1)]);
    expect([screen.texts('[data-testid=upload] bdi'), rows()]).toEqual([['1.jsonl'], []]);
    await screen.click(screen.button('Take from the list'));
    expect([screen.texts('[data-testid=upload] bdi'), rows()]).toEqual([[], ['1.jsonl']]);
  });

  it('stops an upload on demand and sends the next; a refusal is told', async () => {
    await open();
    await answer([]);
    await dragged('drop', files('a', 'b'));
    await screen.click(screen.all('button').filter(({ textContent }) => textContent.trim() === 'Cancel')[1]);
    expect(Sending.all.map(({ aborted }) => aborted)).toEqual([true, false]);
    Sending.all[1].answer(503, { code: 'busy', message: 'Not now.' });
    await screen.settle();
    expect(screen.one('[role=alert]').textContent).toContain('Not now.');
  });

  it('asks before the page is closed while something is sent', async () => {
    await open();
    await answer([]);
    const closing = () => {
      const event = new Event('beforeunload', { cancelable: true });
      window.dispatchEvent(event);
      return event.defaultPrevented;
    };
    expect(closing()).toBe(false);
    await dragged('drop', files('a'));
    expect(closing()).toBe(true);
    Sending.all[0].onerror();
    await screen.settle();
    expect(closing()).toBe(false);
  });
});
