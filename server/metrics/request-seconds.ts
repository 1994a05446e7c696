import { Histogram, type Registry } from 'prom-client';

/** The requests of one route, method and status. */
interface Series {
  readonly method: string;
  readonly route: string;
  readonly status: number;
  /** Requests per bucket; the last number counts requests above the last bound. */
  readonly counts: number[];
  sum: number;
}

const NAME = 'roster_http_request_seconds';
const HELP = 'Seconds from the first byte of a request to the last of its answer.';
/** Upper bounds of the buckets, in seconds. */
export const BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/**
 * A histogram of the seconds that requests take. The library's own histogram checks and joins the labels at every observation, which is
 * a tenth of the cost of a read. This class finds its series by values that a request has anyway, and builds samples only for a scrape.
 */
export class RequestSeconds extends Histogram {
  private readonly byRoute = new Map<string, Series[]>();

  constructor(registry: Registry) {
    super({
      name: NAME,
      help: HELP,
      buckets: BOUNDS,
      registers: [registry],
    });
  }

  /** @param route the pattern of the route */
  add(method: string, route: string, status: number, seconds: number): void {
    const series = this.seriesOf(method, route, status);
    let bucket = 0;
    while (bucket < BOUNDS.length && seconds > BOUNDS[bucket]) bucket++;
    series.counts[bucket]++;
    series.sum += seconds;
  }

  /** Returns the samples from which the library writes its text and its objects. */
  getForPromString(): Promise<object> {
    const values = [...this.byRoute.values()].flat().flatMap(samplesOf);
    return Promise.resolve({ name: NAME, help: HELP, type: 'histogram', aggregator: 'sum', values });
  }

  private seriesOf(method: string, route: string, status: number): Series {
    const known = this.byRoute.get(route);
    const found = known?.find((series) => series.method === method && series.status === status);
    if (found) return found;
    const series = { method, route, status, counts: new Array<number>(BOUNDS.length + 1).fill(0), sum: 0 };
    if (known) known.push(series);
    else this.byRoute.set(route, [series]);
    return series;
  }
}

/** One sample of a series, in the form that the library takes. */
interface Sample {
  readonly metricName: string;
  readonly labels: object;
  /** Labels shared by all samples; none here. */
  readonly sharedLabels: object;
  readonly value: number;
}

/** Makes the samples of a series. Bucket counts are cumulative: https://prometheus.io/docs/instrumenting/exposition_formats/. */
function samplesOf({ method, route, status, counts, sum }: Series): Sample[] {
  const sample = (what: string, value: number, more = {}): Sample => ({
    metricName: `${NAME}_${what}`,
    labels: { ...more, method, route, status },
    sharedLabels: {},
    value,
  });
  let count = 0;
  const buckets = [...BOUNDS, '+Inf'].map((le, at) => {
    count += counts[at];
    return sample('bucket', count, { le });
  });
  return [...buckets, sample('sum', sum), sample('count', count)];
}
