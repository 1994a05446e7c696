import { Histogram, Registry } from 'prom-client';
import { BOUNDS, RequestSeconds } from './request-seconds.js';

const REQUESTS: [string, string, number, number][] = [
  ['GET', '/customers/:id', 200, 0.0005],
  ['GET', '/customers/:id', 200, 0.001],
  ['GET', '/customers/:id', 200, 0.0011],
  ['GET', '/customers/:id', 404, 0.3],
  ['PATCH', '/customers/:id', 200, 11],
  ['GET', '/"quoted\\', 200, 10],
];

describe('the seconds of requests', () => {
  it('are told as the histogram of the library would tell them', async () => {
    const ours = new Registry();
    const seconds = new RequestSeconds(ours);
    const { name, help } = await seconds.get();
    const theirs = new Registry();
    const histogram = new Histogram({
      name,
      help,
      buckets: BOUNDS,
      labelNames: ['method', 'route', 'status'],
      registers: [theirs],
    });
    for (const [method, route, status, value] of REQUESTS) {
      seconds.add(method, route, status, value);
      histogram.observe({ method, route, status }, value);
    }
    expect(sorted(await ours.metrics())).toEqual(sorted(await theirs.metrics()));
    expect((await seconds.get()).values).toHaveLength((await histogram.get()).values.length);
  });
});

/** Sorts the lines, and the labels within each line. */
function sorted(text: string): string[] {
  const labels = /\{(.*)\}/;
  return text
    .split('\n')
    .map((line) => line.replace(labels, (_, list: string) => `{${list.split(',').sort().join(',')}}`))
    .sort();
}
