import { HttpTestingController } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';

import { HTTP, Screen, render } from '../../../../test/support/component';
import { VIEWER } from '../../../../test/support/viewer';
import { SessionStore } from '../../core/session';
import { Confirm } from '../../ui/confirm';
import { Question } from '../../ui/confirm-dialog';
import { CustomerNotes } from './customer-notes';

const PATH = '/customers/a%2Fb/notes';
const FIRST = `${PATH}?limit=20`;
const ADA = { kind: 'user', id: 1, name: 'Ada' };
const note = (id: number, text: string, some: object = {}) => ({
  ...{ id, text, at: '2020-01-31T12:00:00.000Z', by: ADA },
  ...some,
});

describe('CustomerNotes', () => {
  let screen: Screen<CustomerNotes>;
  let http: HttpTestingController;
  let questions: Question[];
  let sure: boolean;

  const open = async (notes: object[] = [note(2, 'Second\n  line'), note(1, 'First')], meta: object = {}) => {
    [questions, sure] = [[], true];
    const ask = (question: Question) => Promise.resolve(void questions.push(question)).then(() => sure);
    screen = await render(CustomerNotes, { id: 'a/b' }, [...HTTP, { provide: Confirm, useValue: { ask } }]);
    http = TestBed.inject(HttpTestingController);
    await answer('GET', FIRST, { notes, meta });
  };
  const answer = async (method: string, url: string, body: object | null, status = 200) => {
    const request = http.expectOne({ method, url });
    request.flush(body, { status, statusText: 'x' });
    await screen.settle();
    return request.request.body as unknown;
  };
  const texts = () => screen.all('.text').map(({ textContent }) => textContent);

  it('shows text with its line breaks, who wrote it and who edited it', async () => {
    const edited = { edited_at: '2020-02-01T12:00:00.000Z', edited_by: { ...ADA, name: 'Bob' } };
    await open([note(2, 'Second\n  <b>line</b>', edited), note(1, 'First', { by: undefined })]);
    expect(texts()).toEqual(['Second\n  <b>line</b>', 'First']);
    const times = screen.all('time').map((time) => time.getAttribute('datetime'));
    expect(times).toEqual(['2020-01-31T12:00:00.000Z', '2020-02-01T12:00:00.000Z', '2020-01-31T12:00:00.000Z']);
    expect(screen.texts('.line bdi')).toEqual(['Ada', 'Bob']);
  });

  it('says that there are none, and asks anew for another customer', async () => {
    await open([]);
    expect(screen.texts('ol')).toEqual(['No notes yet.']);
    await screen.set({ id: '7' });
    expect(screen.all('ol')).toEqual([]);
    await answer('GET', '/customers/7/notes?limit=20', { notes: [note(1, 'Seven')], meta: {} });
    expect(texts()).toEqual(['Seven']);
  });

  it('adds a note once, and nothing that is empty', async () => {
    await open();
    const field = screen.textArea('New note');
    await screen.type(field, ' \n');
    await screen.submit();
    http.expectNone({ method: 'POST' });
    await screen.type(field, 'Third\n');
    await screen.submit();
    await screen.submit();
    expect(await answer('POST', PATH, { note: note(3, 'Third\n') }, 201)).toEqual({ note: { text: 'Third\n' } });
    expect([texts(), field.value]).toEqual([['Third\n', 'Second\n  line', 'First'], '']);
  });

  it('keeps what is typed and not added, for its customer, until it is added', async () => {
    await open();
    const field = screen.textArea('New note');
    await screen.type(field, 'Call back');
    await screen.set({ id: '7' });
    await answer('GET', '/customers/7/notes?limit=20', { notes: [], meta: {} });
    expect(field.value).toBe('');
    await screen.set({ id: 'a/b' });
    await answer('GET', FIRST, { notes: [], meta: {} });
    expect(field.value).toBe('Call back');
    await screen.submit();
    await answer('POST', PATH, { note: note(3, 'Call back') }, 201);
    expect(Object.keys(localStorage).filter((key) => key.startsWith('roster.note'))).toEqual([]);
  });

  it('says why a note was not added, and keeps its text', async () => {
    await open();
    const field = screen.textArea('New note');
    await screen.type(field, 'long');
    await screen.submit();
    await answer('POST', PATH, { code: 'invalid_request', message: 'It is too long.' }, 400);
    expect([screen.texts('[role=alert]'), field.value]).toEqual([['It is too long.'], 'long']);
  });

  it('edits a note in its place, and leaves it on Escape', async () => {
    await open();
    await screen.click(screen.button('Edit the note “First”'));
    const field = screen.textArea('Text of the note');
    expect([field.value, document.activeElement]).toEqual(['First', field]);
    expect(await screen.press(field, 'Escape')).toBe(true);
    expect(document.activeElement).toBe(screen.button('Edit the note “First”'));
    await screen.click(screen.button('Edit the note “First”'));
    await screen.type(screen.textArea('Text of the note'), 'Changed');
    await screen.submit('li form');
    expect(await answer('PATCH', `${PATH}/1`, { note: note(1, 'Changed') })).toEqual({ note: { text: 'Changed' } });
    expect(texts()).toEqual(['Second\n  line', 'Changed']);
    expect(document.activeElement).toBe(screen.button('Edit the note “Changed”'));
  });

  it('removes a note after a question', async () => {
    await open();
    sure = false;
    await screen.click(screen.button('Remove the note “Second”'));
    http.expectNone({ method: 'DELETE' });
    sure = true;
    await screen.click(screen.button('Remove the note “Second”'));
    await answer('DELETE', `${PATH}/2`, null, 204);
    expect([texts(), questions[1].text]).toEqual([['First'], '“Second” is removed for good.']);
    expect(document.activeElement).toBe(screen.textArea('New note'));
  });

  it('shows older notes on demand', async () => {
    await open([note(2, 'Second')], { next: 'P1' });
    await screen.click(screen.button('Show older notes'));
    await answer('GET', `${FIRST}&before=P1`, { notes: [note(1, 'First')], meta: {} });
    expect(texts()).toEqual(['Second', 'First']);
    expect(screen.all('[data-testid=older-notes]')).toEqual([]);
  });

  it('shows a viewer the notes alone', async () => {
    await open();
    TestBed.inject(SessionStore).set(VIEWER);
    await screen.settle();
    expect([texts(), screen.all('button, textarea')]).toEqual([['Second\n  line', 'First'], []]);
  });
});
