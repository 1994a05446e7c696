import { HttpTestingController } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';

import { HTTP, Screen, render } from '../../../../test/support/component';
import { AttributeWhy } from './attribute-why';

const AT = '2020-01-31T12:00:00.000Z';
const entry = (number: number) => ({
  ...{ entry: `${number}`, kind: 'attributes', time: AT, id: `m-${number}` },
  data: { city: `city ${number}`, plan: 'gold' },
  source: { kind: 'file', ingestion: 1, name: 'shop.data', line: number, offset: 0 },
});

describe('AttributeWhy', () => {
  let screen: Screen<AttributeWhy>;
  let http: HttpTestingController;

  const open = async () => {
    screen = await render(AttributeWhy, { id: 'a/b', name: 'city' }, HTTP);
    http = TestBed.inject(HttpTestingController);
  };
  const answer = async (body: object, status = 200) => {
    http.expectOne('/customers/a%2Fb/why?name=city').flush(body, { status, statusText: 'x' });
    await screen.settle();
  };

  it('shows the entry that set the value, and those it won over, with this attribute alone', async () => {
    await open();
    expect(screen.all('app-skeleton')).toHaveLength(1);
    await answer({ name: 'city', time: AT, entry: entry(9), won_over: [8, 7, 6, 5].map(entry) });
    expect(screen.texts('.values')).toEqual(['to city 9', 'to city 8', 'to city 7', 'to city 6']);
    expect(screen.texts('.source')[0]).toBe('from shop.data, line 9');
    expect(screen.texts('app-timeline-entry time')[0]).toContain('Jan 31, 2020');
    await screen.click(screen.button('Show all 4'));
    expect(screen.texts('.values').at(-1)).toBe('to city 5');
    expect(screen.all('button')).toEqual([]);
  });

  it('says that the message has ended', async () => {
    await open();
    await answer({ name: 'city', time: AT, entry: null, won_over: [] });
    expect(screen.text).toContain('The message that set it is no longer kept.');
    expect(screen.text).not.toContain('It won over');
  });

  it('says why it is not known', async () => {
    await open();
    await answer({ code: 'busy', message: 'Not now.' }, 503);
    expect(screen.one('[role=alert]').textContent).toContain('Not now.');
  });
});
