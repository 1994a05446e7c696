import { HttpTestingController } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';

import { HTTP, heard, render } from '../../../../test/support/component';
import { EventTimesReader } from './event-times';

const PATH = '/customers/a%2Fb/events';
const event = (name: string, times: object = {}) => ({ name, count: 1, logged: 1, ...times });

describe('EventTimesReader', () => {
  it('gives the times that the log has, again for another version, and none after a failure', async () => {
    const screen = await render(EventTimesReader, { id: 'a/b' }, HTTP);
    const known = heard(screen.component.known);
    const http = TestBed.inject(HttpTestingController);
    const times = { first: '2020-01-01T00:00:00.000Z', last: '2020-01-02T00:00:00.000Z' };
    http.expectOne(PATH).flush({ events: [event('buy', times), event('old')] });
    await screen.set({ customer: { id: 'a/b', attributes: {}, events: {}, last_updated: 1 } });
    http.expectOne(PATH).flush({}, { status: 503, statusText: 'x' });
    expect(known).toEqual([new Map([['buy', { first: 1_577_836_800, last: 1_577_923_200 }]]), new Map()]);
  });
});
