import { HttpTestingController } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';

import { HTTP, Screen } from '../../../../test/support/component';
import { OpenDialog, openDialog } from '../../../../test/support/dialog';
import { StreamedRequest, takeFetch } from '../../../../test/support/streamed-request';
import { BulkDialog } from './bulk-dialog';
import { BulkTask } from './bulk-task';

const ids: BulkTask = { does: 'set', count: 2, selection: { ids: [7, 'a/b'] } };
const line = (value: object) => `${JSON.stringify(value)}\n`;
const end = (some: object) => line({ id: 5, finished: true, done: 2, changed: 2, failed: 0, errors: [], ...some });

describe('BulkDialog', () => {
  let dialog: OpenDialog<boolean>;
  let screen: Screen;
  let requests: StreamedRequest[];

  const open = async (task: Partial<BulkTask>) => {
    requests = takeFetch();
    dialog = await openDialog<boolean>(BulkDialog, { ...ids, ...task }, HTTP);
    ({ screen } = dialog);
  };
  const name = () => screen.input('Attribute');
  const value = () => screen.textArea('Value');
  const progress = () => screen.texts('[data-testid=bulk-progress]');
  /** Sends an edit that can be sent. */
  const begin = async (task: Partial<BulkTask> = { does: 'delete' }) => {
    await open(task);
    await screen.submit();
    return requests[0];
  };
  const settled = async (request: StreamedRequest) => {
    await screen.settle();
    return request;
  };

  it.each<[BulkTask['does'], number, string, string]>([
    ['delete', 1, 'Delete 1 customer?', 'Delete'],
    ['delete', 12_345, 'Delete 12,345 customers?', 'Delete'],
    ['set', 2, 'Set an attribute of 2 customers', 'Set'],
    ['remove', 1, 'Remove an attribute of 1 customer', 'Remove'],
  ])('says what it does: %s %d', async (does, count, heading, verb) => {
    await open({ does, count });
    expect(screen.texts('h2')).toEqual([heading]);
    expect(screen.names('button')).toEqual(['Cancel', verb]);
  });

  it('has the focus on Cancel of a deletion', async () => {
    await open({ does: 'delete' });
    expect(document.activeElement).toBe(screen.button('Cancel'));
    await screen.click(screen.button('Cancel'));
    expect([dialog.results, requests]).toEqual([[false], []]);
  });

  it('deletes more than 100 only after their number is typed', async () => {
    await open({ does: 'delete', count: 12_345 });
    const field = () => screen.one('[data-testid=bulk-count]');
    expect(document.activeElement).toBe(field());
    for (const typed of ['', '12344']) {
      await screen.type(field(), typed);
      await screen.submit();
      expect(screen.texts('#bulk-count-error')).toEqual(['Type the number of customers: 12345.']);
    }
    await screen.type(field(), ' 12,345');
    await screen.submit();
    expect(requests.map(({ body }) => body)).toEqual([{ action: { delete: true }, selection: { ids: [7, 'a/b'] } }]);
  });

  it('has the focus on the first field where there is one', async () => {
    await open({ does: 'set' });
    expect(document.activeElement).toBe(name());
  });

  it.each<[string, string, string, unknown]>([
    ['text', ' plan ', ' göld', ' göld'],
    ['number', 'score', ' 1.5 ', 1.5],
    ['json', 'tags', '["a", {"b": null}]', ['a', { b: null }]],
    ['text', 'created_at', '1542474417', '1542474417'],
  ])('sets a %s', async (type, attribute, typed, sent) => {
    await open({});
    await screen.type(name(), attribute);
    await screen.choose(screen.select('Type'), type);
    await screen.type(value(), typed);
    await screen.submit();
    expect(requests.map(({ url, body }) => [url, body])).toEqual([
      ['/bulk-edits', { action: { set: { name: attribute.trim(), value: sent } }, selection: { ids: [7, 'a/b'] } }],
    ]);
  });

  it('offers true and false as such, true at first', async () => {
    await open({});
    await screen.type(name(), 'vip');
    await screen.choose(screen.select('Type'), 'boolean');
    expect(screen.select('Value').value).toBe('true');
    await screen.choose(screen.select('Value'), 'false');
    await screen.submit();
    expect(requests[0].body).toMatchObject({ action: { set: { name: 'vip', value: false } } });
    expect(screen.all('select')).toEqual([]);
  });

  it('says why it does not set something, at the field', async () => {
    await open({});
    for (const [attribute, type, typed, ...errors] of [
      ['', 'text', 'x', 'Enter a name.'],
      ['id', 'text', 'x', 'This name is reserved. Choose another one.'],
      ['ü'.repeat(76), 'text', 'x', 'A name has at most 150 bytes.'],
      ['plan', 'text', '', 'Enter a value. To take the attribute away, use Remove.'],
      ['plan', 'number', '1,5', 'Enter a number, such as 42 or -1.5.'],
      ['plan', 'json', '{', 'This is not valid JSON.'],
      ['plan', 'json', 'null', 'null and "" would take the attribute away. Use Remove instead.'],
      ['email', 'text', 'bill', 'Enter an email as text, such as bill@example.com.'],
      ['', 'text', '', 'Enter a name.', 'Enter a value. To take the attribute away, use Remove.'],
    ]) {
      await screen.type(name(), attribute);
      await screen.choose(screen.select('Type'), type);
      await screen.type(value(), typed);
      await screen.submit();
      const invalid = screen.all('[aria-invalid=true]').map((field) => field.getAttribute('aria-describedby') ?? '');
      const said = invalid.flatMap((id) => screen.texts(`[id="${id}"]`));
      expect([attribute, type, typed, ...said]).toEqual([attribute, type, typed, ...errors]);
    }
    expect(requests).toEqual([]);
  });

  it('removes an attribute, but none that every customer keeps', async () => {
    await open({ does: 'remove', selection: { search: 'sofia', filters: [] } });
    for (const kept of ['email', ' created_at ']) {
      await screen.type(name(), kept);
      await screen.submit();
      expect(screen.texts('#bulk-name-error')).toEqual(['Every customer keeps this attribute.']);
    }
    expect(requests).toEqual([]);
    await screen.type(name(), 'plan');
    await screen.submit();
    expect(requests[0].body).toEqual({ action: { remove: 'plan' }, selection: { search: 'sofia', filters: [] } });
  });

  it('suggests names that there are', async () => {
    await open({});
    const request = TestBed.inject(HttpTestingController).expectOne('/attribute-names?limit=50');
    request.flush({ attribute_names: [{ name: 'plan', customers: 3 }] });
    await screen.settle();
    expect(screen.all<HTMLOptionElement>('#bulk-names option').map(({ value }) => value)).toEqual(['plan']);
    expect(name().getAttribute('list')).toBe('bulk-names');
  });

  it('shows how far it is, and what came of it, with the focus on the way on', async () => {
    const request = await begin({ does: 'delete', count: 90 });
    expect(progress()).toEqual(['0 of 90']);
    expect(document.activeElement).toBe(screen.button('Stop'));
    await settled(request.accept().send(line({ id: 5, done: 1200, failed: 0, total: 2400 })));
    expect(progress()).toEqual(['1,200 of 2,400']);
    expect(screen.one('app-progress-bar').getAttribute('aria-valuenow')).toBe('50');
    await settled(request.send(end({ done: 2400, changed: 2400 })).end());
    expect(screen.texts('[data-testid=bulk-result]')).toEqual(['2,400 deleted.']);
    expect(document.activeElement).toBe(screen.button('Close'));
    await screen.click(screen.button('Close'));
    expect(dialog.results).toEqual([true]);
  });

  it('lists what failed', async () => {
    const errors = [
      { id: 7, code: 'x', message: 'Not this one.' },
      { id: '<a>', code: 'x', message: 'Nor that.' },
    ];
    await settled(
      (await begin())
        .accept()
        .send(end({ changed: 1, failed: 1200, errors }))
        .end(),
    );
    expect(screen.texts('[data-testid=bulk-result]')).toEqual(['1 deleted. 1,200 failed:']);
    expect(screen.texts('li')).toEqual(['7 Not this one.', '<a> Nor that.']);
    expect(screen.one('ul')).toMatchObject({ ariaLabel: 'What failed', tabIndex: 0 });
  });

  it('says when it ended before its time', async () => {
    const error = { statusCode: 503, code: 'busy', message: 'The database is away.' };
    await settled(
      (await begin())
        .accept()
        .send(end({ finished: false, changed: 1, error }))
        .end(),
    );
    expect(screen.texts('[data-testid=bulk-result]')).toEqual(['1 deleted.']);
    expect(screen.texts('[role=alert]')).toEqual(['It ended before all were doneThe database is away.']);
  });

  it('says when the answer breaks off', async () => {
    await settled(
      (await begin())
        .accept()
        .send(line({ id: 5, done: 1, failed: 0, total: 2 }))
        .end(),
    );
    expect(screen.one('app-notice').textContent).toContain('The server broke off. What was done stays done');
    expect(screen.names('button')).toEqual(['Undo', 'Close']);
  });

  it('says why the server refuses', async () => {
    const request = await begin();
    request.refuse(400, { code: 'invalid', message: 'Not so.' });
    await settled(request);
    expect(screen.one('app-notice').textContent).toContain('Not so.');
  });

  it('stops on demand, and not by Escape', async () => {
    const request = await begin();
    await screen.press(document.body, 'Escape', { keyCode: 27 });
    expect([dialog.results, request.aborted]).toEqual([[], false]);
    await screen.click(screen.button('Stop'));
    expect([dialog.results, request.aborted]).toEqual([[true], true]);
  });

  it.each([
    ['it is done', () => end({})],
    ['it failed', () => ''],
  ])('closes on Escape when %s, and tells that it ran', async (_what, last) => {
    const request = await begin();
    await screen.press(document.body, 'Escape', { keyCode: 27 });
    expect(dialog.results).toEqual([]);
    await settled(request.accept().send(last()).end());
    await screen.press(document.body, 'Escape', { keyCode: 27 });
    expect(dialog.results).toEqual([true]);
  });

  it('undoes what it did, and says who was left as they are', async () => {
    await settled((await begin({ does: 'delete' })).accept().send(end({})).end());
    expect(screen.names('button')).toEqual(['Undo', 'Close']);
    await screen.click(screen.button('Undo'));
    expect([requests[1].url, requests[1].init.body]).toEqual(['/bulk-edits/5/undo', undefined]);
    expect([progress(), screen.names('button')]).toEqual([['0 of 2'], ['Stop']]);
    const errors = [{ id: 7, code: 'customer_changed', message: 'It was changed since.' }];
    await settled(
      requests[1]
        .accept()
        .send(end({ id: 6, changed: 1, failed: 1, errors }))
        .end(),
    );
    expect(screen.texts('[data-testid=bulk-result]')).toEqual(['1 put back. 1 left as they are:']);
    expect(screen.texts('li')).toEqual(['7 It was changed since.']);
    expect(screen.names('button')).toEqual(['Close']);
    expect(document.activeElement).toBe(screen.button('Close'));
    await screen.press(document.body, 'Escape', { keyCode: 27 });
    expect(dialog.results).toEqual([true]);
  });

  it('has nothing to undo where nobody was changed', async () => {
    await settled(
      (await begin())
        .accept()
        .send(end({ changed: 0 }))
        .end(),
    );
    expect(screen.names('button')).toEqual(['Close']);
  });

  it('shows what the edit would do, once the form is complete and typing pauses', async () => {
    jest.useFakeTimers();
    await open({ does: 'set', count: 20_000 });
    const http = TestBed.inject(HttpTestingController);
    const url = '/bulk-edits/preview';
    await screen.type(name(), 'plan');
    await jest.advanceTimersByTimeAsync(400);
    http.expectNone(url);
    await screen.type(value(), 'gold');
    await jest.advanceTimersByTimeAsync(200);
    http.expectNone(url);
    await jest.advanceTimersByTimeAsync(200);
    const request = http.expectOne(url);
    expect(request.request.body).toEqual({
      action: { set: { name: 'plan', value: 'gold' } },
      selection: { ids: [7, 'a/b'] },
    });
    const sample = [
      { id: 7, display_name: 'Ada', from: ['a'], to: 'gold' },
      { id: 8, to: 'x'.repeat(61) },
      { id: 'a/b', code: 'customer_not_found', message: 'There is none.' },
    ];
    const numbers = { total: 20_000, examined: 10_000, changed: 9_000, unchanged: 999, failed: 1, have: 999 };
    request.flush({ ...numbers, refusals: [], values: [], sample });
    await screen.settle();
    expect(screen.texts('app-bulk-preview > p')).toEqual(['Among the first 10,000:']);
    expect(screen.texts('dl div')).toEqual(['Will change9,000', 'Are so already999', 'Will be left as they are1']);
    expect(screen.texts('[data-testid=sample] li')).toEqual([
      'Ada[ "a" ] → gold',
      `8nothing → ${'x'.repeat(60)}…`,
      'a/bThere is none.',
    ]);
    expect(screen.all('[aria-invalid=true]')).toEqual([]);
    await screen.type(value(), '');
    await jest.advanceTimersByTimeAsync(400);
    await screen.settle();
    expect(screen.all('app-bulk-preview')).toEqual([]);
    jest.useRealTimers();
  });

  it('starts on Enter in a text of one line', async () => {
    await open({ does: 'set' });
    await screen.type(name(), 'plan');
    await screen.type(value(), 'gold');
    expect(await screen.press(value(), 'Enter', { shiftKey: true })).toBe(false);
    expect(await screen.press(value(), 'Enter')).toBe(true);
    expect(requests).toHaveLength(1);
  });
});
