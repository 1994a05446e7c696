import { HttpTestingController } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';

import { HTTP, Screen, heard, render } from '../../../../test/support/component';
import { Problem } from '../../core/problem';
import { Confirm } from '../../ui/confirm';
import { Toast } from '../../ui/toast';
import { CustomerQuery } from '../model/customer-query';
import { Segment } from '../wire/segments-client';
import { SegmentActions } from './segment-actions';

const everybody: CustomerQuery = { search: '', filters: [], sort: 'id', order: 'asc', page: 1, perPage: 25 };
const searched: CustomerQuery = { ...everybody, search: 'sofia', filters: ['event:buy:never'] };
const segment: Segment = {
  id: 3,
  name: 'Söfias',
  customers: 4,
  search: 'sofia',
  filters: ['event:buy:never'],
  sort: 'id',
  order: 'asc',
};

const menu = ['More about the segment', 'Rename', 'Delete segment'];

describe('SegmentActions', () => {
  let screen: Screen<SegmentActions>;
  let http: HttpTestingController;
  let opened: (number | null)[];
  let failed: Problem[];
  let toasts: string[];
  let sure: boolean;

  const open = async (query: CustomerQuery, of: Segment | null) => {
    toasts = [];
    sure = true;
    screen = await render(SegmentActions, { query, segment: of }, [
      ...HTTP,
      { provide: Toast, useValue: { show: (text: string) => Promise.resolve(toasts.push(text)) } },
      { provide: Confirm, useValue: { ask: () => Promise.resolve(sure) } },
    ]);
    http = TestBed.inject(HttpTestingController);
    opened = heard(screen.component.opened);
    failed = heard(screen.component.failed);
  };
  const answer = async (method: string, url: string, body: object | null, status = 200) => {
    const request = http.expectOne({ method, url });
    request.flush(body, { status, statusText: 'x' });
    await screen.settle();
    return request.request.body as unknown;
  };
  const name = () => screen.input('Name of the segment');

  it('keeps the room of its actions for a segment that is to come, out of reach', async () => {
    await open(searched, null);
    await screen.set({ toCome: true });
    expect(screen.all('app-menu.to-come')).toHaveLength(1);
    expect(screen.names('button')).toEqual(menu);
    await screen.set({ toCome: false, segment });
    expect(screen.all('.to-come')).toEqual([]);
  });

  it.each([
    ['everybody', everybody, null, []],
    ['a search', searched, null, ['Save as segment']],
    ['an open segment', searched, segment, menu],
    ['an open segment of another page', { ...searched, page: 2 }, segment, menu],
    [
      'an open segment that was changed',
      { ...searched, search: 'x' },
      segment,
      ['Update', 'Save as new segment', ...menu],
    ],
    ['a segment whose filters were all taken away', everybody, segment, ['Update', ...menu]],
  ])('offers for %s what makes sense', async (_, query, of, buttons) => {
    await open(query, of);
    expect(screen.names('button')).toEqual(buttons);
  });

  it('saves what is looked at under a name, opens it and says so', async () => {
    await open({ ...searched, sort: 'email', order: 'desc' }, null);
    await screen.click(screen.button('Save as segment'));
    expect(name().maxLength).toBe(100);
    await screen.type(name(), '  Söfias ');
    await screen.submit();
    expect(await answer('POST', '/segments', { segment })).toEqual({
      segment: {
        name: 'Söfias',
        search: 'sofia',
        filters: ['event:buy:never'],
        where: null,
        tz: '',
        sort: 'email',
        order: 'desc',
      },
    });
    expect([opened, toasts]).toEqual([[3], ['Segment Söfias saved']]);
    expect(screen.all('form')).toEqual([]);
  });

  it('asks for a name', async () => {
    await open(searched, null);
    await screen.click(screen.button('Save as segment'));
    expect(name().getAttribute('aria-invalid')).toBe('false');
    await screen.type(name(), ' ');
    await screen.submit();
    http.verify();
    expect(name().getAttribute('aria-invalid')).toBe('true');
    expect(screen.one('#segment-name-error').role).toBe('alert');
    expect(screen.texts('#segment-name-error')).toEqual(['Enter a name.']);
    expect(name().getAttribute('aria-describedby')).toBe('segment-name-error');
  });

  it.each([
    ['segment_name_taken', 'taken', 'There is a segment with this name already.'],
    ['invalid_request', 'Not this name.', 'Not this name.'],
  ])('says why a name is refused with %s, and keeps what was typed', async (code, message, text) => {
    await open(searched, null);
    await screen.click(screen.button('Save as segment'));
    await screen.type(name(), 'Söfias');
    await screen.submit();
    await answer('POST', '/segments', { code, message }, 409);
    expect(screen.texts('#segment-name-error')).toEqual([text]);
    expect(name().value).toBe('Söfias');
    expect(opened).toEqual([]);
  });

  it('renames the open segment, beginning with its name', async () => {
    await open(searched, segment);
    await screen.click(screen.button('Rename'));
    expect(name().value).toBe('Söfias');
    await screen.type(name(), 'New');
    await screen.submit();
    expect(await answer('PATCH', '/segments/3', { segment: { ...segment, name: 'New' } })).toEqual({
      segment: { name: 'New' },
    });
    expect(opened).toEqual([3]);
  });

  it.each(['Cancel', 'Escape'])('changes nothing on %s', async (way) => {
    await open(searched, segment);
    await screen.click(screen.button('Rename'));
    if (way === 'Cancel') await screen.click(screen.button('Cancel'));
    else await screen.press(name(), 'Escape');
    http.verify();
    expect(screen.names('button')).toEqual(menu);
  });

  it('makes the segment hold what is looked at now', async () => {
    await open({ ...searched, search: 'x', filters: [] }, segment);
    await screen.click(screen.button('Update'));
    expect(await answer('PATCH', '/segments/3', { segment })).toEqual({
      segment: { search: 'x', filters: [], where: null, tz: '', sort: 'id', order: 'asc' },
    });
    expect(toasts).toEqual(['Segment Söfias saved']);
  });

  it('deletes the segment only after a yes', async () => {
    await open(searched, segment);
    sure = false;
    await screen.click(screen.button('Delete segment'));
    http.verify();
    sure = true;
    await screen.click(screen.button('Delete segment'));
    await answer('DELETE', '/segments/3', null, 204);
    expect(opened).toEqual([null]);
  });

  it('hands a failure on', async () => {
    await open({ ...searched, search: 'x' }, segment);
    await screen.click(screen.button('Update'));
    await answer('PATCH', '/segments/3', { code: 'not_found', message: 'It is gone.' }, 404);
    await screen.click(screen.button('Delete segment'));
    await answer('DELETE', '/segments/3', { code: 'not_found', message: 'It is gone.' }, 404);
    expect(failed.map(({ message }) => message)).toEqual(['It is gone.', 'It is gone.']);
    expect([opened, toasts]).toEqual([[], []]);
  });
});
