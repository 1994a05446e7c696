import { Random } from '../../server/generation/random.js';

/** Draws numbers and members, the same ones for the same seed. */
export class Draw {
  private readonly random: Random;

  constructor(seed: number) {
    this.random = new Random(seed);
  }

  /** An integer from 0 to `count` - 1. */
  below(count: number): number {
    return Math.floor(this.random.fraction() * count);
  }

  one<T>(list: readonly T[]): T {
    return list[this.below(list.length)];
  }
}

/** Splits a text at white space. */
const words = (text: string): string[] => text.trim().split(/\s+/);

const METHODS = words('GET GET GET HEAD POST POST PATCH PATCH DELETE PUT OPTIONS QUERY');
const TEXTS = [
  ...words('0 1 2 -1 007 9007199254740993 a@b.example NaN undefined null . .. % %zz %00 %2e%2e %ef%bb%bf1 %ff'),
  ...[
    '',
    '[object Object]',
    '\u0000',
    '\ud800',
    '\ufeff1',
    '😀',
    'é',
    ' ',
    '\t',
    '"',
    "'",
    'x'.repeat(151),
    'y'.repeat(600),
  ],
  ...words('__proto__ constructor prototype toString hasOwnProperty length last_updated desc asc 1e400 0.1 2024-01-01'),
  ...words('attribute:plan:is:pro attribute:plan: event:page:at_least:x event:page:never attribute:%:contains:%'),
  ...["'; drop table customers; --", '<script>', '=1+1'],
];
const MEMBERS = words(
  `customer selection action segment attributes id ids email created_at filters search set remove delete name value sort order
   constructor __proto__ toString`,
);
const PARAMETERS = words('page per_page search filter sort order id limit q name after format before');
const HEADERS = words(
  `accept accept-encoding accept-language accept-version content-type content-encoding cookie expect host if-match if-none-match
   origin range sec-fetch-site x-request-id x-roster-client`,
);
const HEADER_VALUES = [
  ...words(
    '* */* text/html application/json text/plain gzip identity W/"x" "x" null http://localhost:4200 localhost ;',
  ),
  ...words(
    'https://evil.example evil.example cross-site bytes=0-1 1.0.0 100-continue application/x-www-form-urlencoded',
  ),
  ...[
    '',
    '"x", *',
    'br, gzip;q=0',
    'application/json; charset=utf-16',
    'multipart/form-data; boundary=x',
    'x'.repeat(500),
  ],
];
const EDITS: readonly (readonly [method: string, url: string])[] = [
  ['POST', '/customers'],
  ['PATCH', '/customers/1'],
  ['POST', '/bulk-edits'],
  ['POST', '/exports/customers.csv'],
  ['POST', '/exports/customers.jsonl'],
  ['POST', '/segments'],
  ['PATCH', '/segments/1'],
];
const BODIES = [
  '',
  '{',
  '[]',
  'null',
  '"x"',
  '1e400',
  '{"customer":',
  '\ufeff{}',
  '[[[[[[',
  '{}{}',
  ' '.repeat(5_000),
  '\u0000',
];

/** A JSON value that may mean something to this API, or nearly so. */
function value(draw: Draw, depth = 0): unknown {
  return draw.one<() => unknown>([
    () => draw.one(TEXTS),
    () => draw.one([null, true, false, 0, -1, 1.5, 1e21, 1_004, '1542474417']),
    () => (depth > 4 ? [] : Array.from({ length: draw.below(4) }, () => value(draw, depth + 1))),
    () =>
      depth > 4
        ? {}
        : Object.fromEntries(Array.from({ length: draw.below(5) }, () => [draw.one(MEMBERS), value(draw, depth + 1)])),
  ])();
}

/** A body of the shape of a route, of which some member may be anything. */
function shaped(draw: Draw): unknown {
  const hostile = [(): unknown => value(draw), (usual: unknown) => [usual], () => [{ constructor: null }]];
  const or = (usual: unknown): unknown => (draw.below(4) === 0 ? draw.one(hostile)(usual) : usual);
  const selection = or({ ids: or([1, or('2')]), search: or(''), filters: or([or('attribute:plan:is:pro')]) });
  return draw.one([
    { customer: or({ id: or(draw.one([1, 'new'])), attributes: or({ email: or('a@b.example'), plan: or('pro') }) }) },
    { customer: or({ attributes: or({ plan: or('basic'), email: or('c@d.example') }) }) },
    {
      selection,
      action: or(
        draw.one([{ set: or({ name: or('plan'), value: or(1) }) }, { remove: or('plan') }, { delete: or(true) }]),
      ),
    },
    { selection },
    { segment: or({ name: or(draw.one(TEXTS)), filters: or([]), search: or('x'), sort: or('id'), order: or('asc') }) },
  ]);
}

function text(draw: Draw): string {
  const written = JSON.stringify(draw.below(3) === 0 ? value(draw) : shaped(draw));
  if (draw.below(8) === 0) return draw.one(BODIES);
  if (draw.below(8) > 0) return written;
  // A damaged one.
  const at = draw.below(written.length + 1);
  return written.slice(0, at) + draw.one(['', ',', '}', '\u0000', '"', '\\u']) + written.slice(at + draw.below(3));
}

function path(draw: Draw, routes: readonly string[]): string {
  const known = draw
    .one(routes)
    .replace(/^\*/, '/*')
    .replace(/:\w+|\*/g, () => {
      const segment = draw.one(TEXTS);
      return draw.below(2) === 0 ? segment : encodeURIComponent(segment.toWellFormed());
    });
  const queries = Array.from({ length: draw.below(4) }, () => {
    const written = draw.one(TEXTS);
    return `${draw.one(PARAMETERS)}${draw.one(['', '', '', '[]', '[a]', '.b'])}=${draw.below(2) ? written : encodeURIComponent(written.toWellFormed())}`;
  });
  const query = queries.length > 0 ? `?${queries.join('&')}` : '';
  return (draw.below(20) === 0 ? `/${draw.one(TEXTS)}` : known) + query;
}

/** A request, which may be malformed. */
export interface AnyRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload?: string;
}

/** Makes a request of any kind to one of the routes, or to none. */
export function anyRequest(draw: Draw, routes: readonly string[]): AnyRequest {
  const headers: Record<string, string> = {};
  for (let count = draw.below(4); count > 0; count--) headers[draw.one(HEADERS)] = draw.one(HEADER_VALUES);
  if (draw.below(2) === 0) headers['content-type'] = 'application/json';
  const payload = draw.below(3) > 0 ? text(draw) : undefined;
  // Half of all are for a route that takes a body, as most others are refused before the body is looked at.
  const [method, url] = draw.one(draw.below(2) === 0 ? EDITS : [[draw.one(METHODS), path(draw, routes)]]);
  if (draw.below(2) === 0 && payload !== undefined) {
    return { method, url, headers: { 'content-type': 'application/json' }, payload };
  }
  return { method, url, headers, ...(payload !== undefined && { payload }) };
}

/** Writes a request as bytes, one character each, and damages them in up to three places. */
export function nearlyHttp(draw: Draw, { method, url, headers, payload = '' }: AnyRequest): string {
  const body = Buffer.from(payload).toString('latin1');
  const sent = { host: 'localhost', ...headers, connection: 'close', 'content-length': String(body.length) };
  const head = Object.entries(sent).map(([name, written]) => `${name}: ${written}\r\n`);
  let bytes = `${method} ${url} HTTP/1.1\r\n${head.join('')}\r\n${body}`;
  for (let changes = draw.below(4); changes > 0; changes--) {
    const at = draw.below(bytes.length);
    const put = draw.one(['', '\r\n', '\n', ' ', '\x00', '\xff', ':', 'HTTP/1.1', '\r\n\r\n']);
    bytes = bytes.slice(0, at) + put + bytes.slice(at + draw.below(3));
  }
  return bytes;
}
