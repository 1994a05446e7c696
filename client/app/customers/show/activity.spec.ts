import { HttpTestingController } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';

import { HTTP, Screen, render } from '../../../../test/support/component';
import type { BarOptions, Point } from '../../overview/bar-chart';
import { READER_ZONE } from '../model/conditions';
import { CustomerActivity } from './activity';

/** Writes the numbers in the place of the drawing: jsdom has no canvas to draw on. */
jest.mock('../../overview/bar-chart', () => ({
  barChart: (canvas: HTMLCanvasElement, points: readonly Point[], { unit }: BarOptions) => {
    canvas.textContent = points.map(({ title = '', value }) => `${title}: ${value} ${unit}`).join('; ');
    return { destroy: () => undefined };
  },
}));

const count = (start: string, event: number, attributes = 0, edit = 0) => ({ start, event, attributes, edit });

describe('CustomerActivity', () => {
  let screen: Screen<CustomerActivity>;
  let http: HttpTestingController;

  beforeEach(async () => {
    Object.assign(globalThis, { matchMedia: () => new EventTarget() });
    screen = await render(CustomerActivity, { id: 'a/b' }, HTTP);
    http = TestBed.inject(HttpTestingController);
  });

  const answer = async (by: string, activity: object[], complete = true) => {
    const isAsked = ({ url, params }: { url: string; params: { get(name: string): string | null } }) =>
      url === '/customers/a%2Fb/activity' && params.get('by') === by;
    const { request, ...answered } = { request: http.expectOne(isAsked), meta: { by, complete } };
    request.flush({ activity, ...answered });
    await screen.settle();
    return request.request.params;
  };
  const drawn = async () => {
    await new Promise((done) => setTimeout(done, 50));
    await screen.settle();
    return screen.one('canvas').textContent.split('; ');
  };

  it('is shown by months where it took years', async () => {
    const params = await answer('month', [count('2020-01-01', 3, 1), count('2023-01-01', 0, 0, 1)]);
    expect(params.get('tz')).toBe(READER_ZONE);
    http.verify();
    const bars = await drawn();
    expect([bars.length, bars[0], bars[1]]).toEqual([37, 'Jan 2020: 4 entries', 'Feb 2020: 0 entries']);
    expect(screen.texts('.hint')).toEqual(['Events: 3, attributes messages: 1, edits: 1, by month']);
  });

  it('is shown by days where it took weeks, and as a table', async () => {
    await answer('month', [count('2020-01-01', 3)]);
    const params = await answer('day', [count('2020-01-06', 2), count('2020-01-08', 1, 5, 7)]);
    expect([params.get('since'), params.get('until')]).toEqual(['2020-01-01', '2020-01-31']);
    expect((await drawn()).slice(-2)).toEqual(['Tue, Jan 7, 2020: 0 entries', 'Wed, Jan 8, 2020: 13 entries']);
    await screen.click(screen.button('Table'));
    const rows = screen.all('tbody tr').map((row) => [...row.children].map(({ textContent }) => textContent));
    expect(rows).toEqual([
      ['Wed, Jan 8, 2020', '1', '5', '7'],
      ['Mon, Jan 6, 2020', '2', '0', '0'],
    ]);
  });

  it('says where the log was cut, and that nothing is known', async () => {
    await answer('month', [], false);
    expect(screen.texts('[data-testid=activity-cut]')).toEqual([
      'Older messages are no longer kept, so they are not counted.',
    ]);
    expect(screen.text).toContain('Nothing is known of what this customer did.');
  });

  it('says why it is not there', async () => {
    const request = http.expectOne(({ url }) => url === '/customers/a%2Fb/activity');
    request.flush({ code: 'busy', message: 'Not now.' }, { status: 503, statusText: 'x' });
    await screen.settle();
    expect(screen.texts('[role=alert]')).toEqual(['Not now.']);
  });
});
