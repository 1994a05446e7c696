import { ENGINES } from '../support/engine.js';
import { openIndexed } from '../support/indexed-engine.js';
import { attributes, event, ingestLines } from '../support/messages.js';
import { startRestApp, type RestApp } from '../support/rest-app.js';

describe.each(ENGINES)('GET /customers that looks for something, on %s', (_name, open) => {
  let app: RestApp;
  beforeAll(async () => {
    app = await startRestApp(await open());
    await ingestLines(app.engine, [
      attributes({ email: 'sofia@example.com', plan: 'pro', 'a:b': '50%' }, { user_id: '1' }),
      attributes({ email: 'bill@example.com', plan: 'free' }, { user_id: '2' }),
      attributes({ email: 'anna@example.com', plan: 'pro' }, { user_id: 'anna' }),
      event({ user_id: '2', name: 'buy' }),
    ]);
  });
  afterAll(() => app.close());

  const ask = async (query: string): Promise<{ ids: unknown[]; meta: unknown }> => {
    const answer = await app.get(`/customers?${query}`);
    expect(answer.statusCode).toBe(200);
    const { customers, meta } = answer.json<{ customers: { id: unknown }[]; meta: unknown }>();
    return { ids: customers.map(({ id }) => id), meta };
  };

  it.each<[string, unknown[]]>([
    ['search=SOFIA', [1]],
    ['search=%20sofia@example.com%20', [1]],
    ['search=', [1, 2, 'anna']],
    ['search=%20', [1, 2, 'anna']],
    ['sort=email', ['anna', 2, 1]],
    ['sort=email&order=desc', [1, 2, 'anna']],
    ['order=desc', ['anna', 2, 1]],
    ['sort=&order=&filter=', [1, 2, 'anna']],
    ['filter=attribute:plan:is:pro', [1, 'anna']],
    ['filter=attribute:plan:is:pro&filter=event:buy:never&search=anna', ['anna']],
    [`filter=${encodeURIComponent('attribute:a%3Ab:is:50%25')}`, [1]],
    ['id=2&id=anna&id=7', [2, 'anna']],
    ['id=anna&filter=attribute:plan:is:pro', ['anna']],
    ['search=anna+pro', ['anna']],
    ['search=%22anna+pro%22', []],
    ['filter=attribute:plan:is_any_of:free:gold', [2]],
    ['filter=attribute:email:starts_with:B%C3%8Dll', [2]],
    ['filter=last_updated:on:2015-04-03&tz=Europe/Berlin', [1, 2, 'anna']],
    ['filter=last_updated:after:2015-04-03T13:17:30Z', []],
    ['filter=last_updated:after:2015-04-03T13:17:29Z&week_start=sunday', [1, 2, 'anna']],
    ['tz=Asia/Kathmandu', [1, 2, 'anna']],
    [`where=${encodeURIComponent('{"any":["attribute:plan:is:free","attribute:a%3Ab:is:50%25"]}')}`, [1, 2]],
    [`where=${encodeURIComponent('{"all":["attribute:plan:is:pro",{"any":["event:buy:at_least:1"]}]}')}`, []],
    [
      `where=${encodeURIComponent('{"any":["attribute:plan:is:free","attribute:plan:is:pro"]}')}&filter=event:buy:never`,
      [1, 'anna'],
    ],
  ])('?%s answers %j', async (query, ids) => {
    expect(await ask(query)).toEqual({ ids, meta: { page: 1, per_page: 25, total: ids.length } });
  });

  it('answers whole customers in pages', async () => {
    const answer = await app.get('/customers?sort=email&page=2&per_page=2');
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(answer.json()).toEqual({
      customers: [
        {
          id: 1,
          attributes: { 'a:b': '50%', email: 'sofia@example.com', plan: 'pro' },
          events: {},
          last_updated: 1_428_067_050,
        },
      ],
      meta: { page: 2, per_page: 2, total: 3 },
    });
    expect((await ask('search=example&page=3&per_page=2')).ids).toEqual([]);
    expect((await ask('search=example&page=x&per_page=0')).meta).toEqual({ page: 1, per_page: 25, total: 3 });
  });

  it.each([
    ['filter=plan', 'filter', 'The filter \\"plan\\" is not understood.'],
    ['filter=event:buy:never&filter=event:buy:at_least:x', 'filter', 'event:buy:at_least:x'],
    ['filter=attribute:a:is:%25', 'filter', 'percent-encoded'],
    ['filter=attribute:age:above:old', 'filter', 'is no number such as 18'],
    ['filter=attribute:age:before:soon', 'filter', 'A time is RFC 3339 text such as'],
    ['filter=event:buy:at_least:1:within:7d', 'filter', 'It takes event:NAME:at_least:N'],
    ['tz=Europe/Atlantis', 'tz', 'one is UTC, Europe/Berlin or Asia/Kathmandu'],
    ['tz=%2B02:00', 'tz', 'is no time zone'],
    ['tz=UTC&tz=UTC', 'tz', 'It is given once'],
    ['week_start=friday', 'week_start', 'week_start is one of monday, sunday.'],
    ['where=plan', 'where', 'It is no JSON.'],
    ['where=[]', 'where', 'A group has one member, all or any'],
    ['where={}', 'where', 'A group has one member, all or any'],
    ['where={"all":[]}', 'where', 'A group has one member, all or any'],
    ['where={"all":["event:a:never"],"any":["event:a:never"]}', 'where', 'A group has one member, all or any'],
    ['where={"all":["event:a:never",1]}', 'where', 'A group has one member, all or any'],
    ['where={"any":["plan"]}', 'filter', 'The filter \\"plan\\" is not understood.'],
    ['where={"any":["event:a:never"]}&where={"any":["event:a:never"]}', 'where', 'where is one text of JSON'],
    [`where=${'{"all":['.repeat(6)}"event:a:never"${']}'.repeat(6)}`, 'where', 'Groups are at most 5 deep.'],
    [`where={"all":[${Array.from({ length: 51 }, () => '"event:a:never"').join(',')}]}`, 'where', 'at most 50 filters'],
    [`search=${Array.from({ length: 51 }, (_, i) => i).join('+')}`, 'search', 'at most 50 words'],
    ['sort=name', 'sort', 'sort is one of id, email, created_at, last_updated.'],
    ['order=up', 'order', 'order is one of asc, desc.'],
    ['search=a&search=b', 'search', 'search is one text.'],
    [`id=${'x'.repeat(151)}`, 'id', '1 to 150 bytes'],
    [Array.from({ length: 1_001 }, (_, i) => `id=${i}`).join('&'), 'id', 'up to 1000 times'],
    [Array.from({ length: 51 }, () => 'filter=event:a:never').join('&'), 'filter', 'up to 50 times'],
  ])('?%.60s is a 400 that names it', async (query, field, message) => {
    const answer = await app.get(`/customers?${query}`);
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ code: 'invalid_request', details: [{ field }] });
    expect(answer.body).toContain(message);
  });

  it.each([
    ['/customers?filter[]=attribute:plan:is:pro', 'filter'],
    ['/customers?page[number]=1&sort%5Bby%5D=id', 'sort'],
    ['/customers?after=&id[0]=1', 'id'],
    ['/exports/customers.csv?filter[0]=attribute:plan:is:pro', 'filter'],
    ['/exports/customers.jsonl?search[]=anna', 'search'],
    ['/attribute-names?search[]=a', 'search'],
    ['/customers/1/history?limit[]=1', 'limit'],
    ['/ingestions/1/rejects?format[]=lines', 'format'],
  ])('%s is a 400 that names the right form', async (url, name) => {
    const answer = await app.get(url);
    expect(answer.statusCode).toBe(400);
    const field = expect.stringMatching(`^${name}\\[\\w*\\]$`) as string;
    const message = expect.stringContaining(`Write ${name}=…, once for each value.`) as string;
    expect(answer.json()).toMatchObject({ code: 'invalid_request', details: [{ field, message }] });
  });

  it('ignores parameters that it does not know', async () => {
    expect((await ask('utm_source=mail&id=2')).ids).toEqual([2]);
  });

  it('refuses a name in brackets of an upload', async () => {
    const answer = await app.post('/ingestions?name[]=a', event());
    expect([answer.statusCode, answer.json()]).toMatchObject([400, { details: [{ field: 'name[]' }] }]);
  });

  it('suggests names', async () => {
    expect((await app.get('/attribute-names?search=PL')).json()).toEqual({
      attribute_names: [{ name: 'plan', customers: 3 }],
    });
    expect((await app.get('/attribute-names?limit=1')).json()).toEqual({
      attribute_names: [{ name: 'email', customers: 3 }],
    });
    expect((await app.get('/event-names')).json()).toEqual({ event_names: [{ name: 'buy', customers: 1, events: 1 }] });
    expect((await app.get('/event-names?search=x&limit=zero')).json()).toEqual({ event_names: [] });
  });

  it('suggests values of an attribute, the most frequent first', async () => {
    const plans = [
      ['a', 'pro'],
      ['b', 'pro'],
      ['c', 'Free'],
      ['d', 7],
      ['e', ['x']],
      ['f', 'y'.repeat(201)],
    ] as const;
    await ingestLines(
      app.engine,
      plans.map(([id, tier]) => attributes({ tier }, { user_id: id })),
    );
    const values = async (query: string): Promise<unknown> =>
      (await app.get(`/attribute-values?name=tier${query}`)).json();
    expect(await values('')).toEqual({
      values: [
        { value: 'pro', customers: 2 },
        { value: '7', customers: 1 },
        { value: 'Free', customers: 1 },
        { value: '["x"]', customers: 1 },
      ],
      is_sample: false,
    });
    expect(await values('&limit=1')).toMatchObject({ values: [{ value: 'pro', customers: 2 }] });
    expect(await values('&search=FRE')).toMatchObject({ values: [{ value: 'Free', customers: 1 }] });
    expect((await app.get('/attribute-values?name=nobody')).json()).toEqual({ values: [], is_sample: false });
    for (const query of ['', '?name=', `?name=${'x'.repeat(151)}`, '?name=a&search[]=b']) {
      expect((await app.get(`/attribute-values${query}`)).statusCode).toBe(400);
    }
    for (const id of ['a', 'b', 'c', 'd', 'e', 'f']) await app.inject({ method: 'DELETE', url: `/customers/${id}` });
  });

  it('keeps segments with their counts', async () => {
    const made = await app.post('/segments', {
      segment: { name: ' Paying ', filters: ['attribute:plan:is:pro'], sort: 'email' },
    });
    expect(made.statusCode).toBe(201);
    const { segment } = made.json<{ segment: { id: number } }>();
    const expected = {
      id: segment.id,
      name: 'Paying',
      search: '',
      filters: ['attribute:plan:is:pro'],
      sort: 'email',
      order: 'asc',
      customers: 2,
    };
    expect(segment).toEqual(expected);
    expect((await app.get('/segments')).json()).toMatchObject({ segments: [{ id: segment.id, name: 'Paying' }] });
    const changed = await app.patch(`/segments/${segment.id}`, { segment: { search: 'sofia', order: 'desc' } });
    const after = { ...expected, search: 'sofia', order: 'desc', customers: 1 };
    expect([changed.statusCode, changed.json()]).toEqual([200, { segment: after }]);
    expect((await app.get(`/segments/${segment.id}`)).json()).toEqual({ segment: after });

    const taken = await app.post('/segments', { segment: { name: 'Paying' } });
    expect([taken.statusCode, taken.json()]).toMatchObject([409, { code: 'segment_name_taken' }]);
    const removed = await app.inject({ method: 'DELETE', url: `/segments/${segment.id}` });
    expect([removed.statusCode, removed.body]).toEqual([204, '']);
    for (const id of [segment.id, 'x', '1e1']) {
      expect([(await app.get(`/segments/${id}`)).statusCode, id]).toEqual([404, id]);
    }
    expect((await app.get('/segments')).json()).toEqual({ segments: [] });
  });

  it('tells the segments that a customer is in', async () => {
    const made: number[] = [];
    for (const segment of [
      { name: 'b', filters: ['attribute:plan:is:pro', 'last_updated:before:today'] },
      { name: 'a', search: 'SOFIA', where: { any: ['attribute:plan:is:free', 'event:buy:never'] } },
      { name: 'c', filters: ['event:buy:at_least:1'], tz: 'Asia/Kathmandu', week_start: 'sunday' },
    ]) {
      const answer = await app.post('/segments', { segment });
      expect([answer.statusCode, answer.json()]).toMatchObject([
        201,
        { segment: { customers: segment.name === 'b' ? 2 : 1 } },
      ]);
      made.push(answer.json<{ segment: { id: number } }>().segment.id);
    }
    const namesOf = async (id: string): Promise<string[]> =>
      (await app.get(`/customers/${id}/segments`))
        .json<{ segments: { name: string }[] }>()
        .segments.map(({ name }) => name);
    expect([await namesOf('1'), await namesOf('2'), await namesOf('anna')]).toEqual([['a', 'b'], ['c'], ['b']]);
    const missing = await app.get('/customers/nobody/segments');
    expect([missing.statusCode, missing.json()]).toMatchObject([404, { code: 'customer_not_found' }]);

    const kept = (await app.get(`/segments/${made[2]}`)).json<{ segment: object }>().segment;
    expect(kept).toMatchObject({ tz: 'Asia/Kathmandu', week_start: 'sunday', customers: 1 });
    expect(kept).not.toHaveProperty('where');
    const change = { tz: '', where: { all: ['attribute:plan:is:free'] }, filters: [] };
    const changed = await app.patch(`/segments/${made[2]}`, { segment: change });
    expect(changed.json()).toMatchObject({
      segment: { where: change.where, filters: [], week_start: 'sunday', customers: 1 },
    });
    expect(changed.json<{ segment: object }>().segment).not.toHaveProperty('tz');
    const without = await app.patch(`/segments/${made[2]}`, { segment: { where: null } });
    expect(without.json()).toMatchObject({ segment: { customers: 3 } });
    expect(without.json<{ segment: object }>().segment).not.toHaveProperty('where');
    for (const id of made) await app.inject({ method: 'DELETE', url: `/segments/${id}` });
  });

  it('resolves relative times once for a request, by the clock of the zone', async () => {
    const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.parse('2015-04-04T00:30:00Z'));
    // All of them were updated on 3 April 2015 at 13:17:30 in UTC.
    const on = async (query: string): Promise<unknown[]> => (await ask(`filter=last_updated:on:${query}`)).ids;
    expect([await on('today'), await on('yesterday'), await on('this_week')]).toEqual([
      [],
      [1, 2, 'anna'],
      [1, 2, 'anna'],
    ]);
    expect(await on('today&tz=America/New_York')).toEqual([1, 2, 'anna']);
    expect(await on('yesterday&tz=Asia/Kathmandu')).toEqual([1, 2, 'anna']);
    expect((await ask('filter=last_updated:after:-12h')).ids).toEqual([1, 2, 'anna']);
    expect((await ask('filter=last_updated:after:-11h')).ids).toEqual([]);
    clock.mockRestore();
  });

  it('lists segments without counting them', async () => {
    const query = { filters: [], sort: 'id', order: 'asc' } as const;
    const { id } = await app.engine.segments.create({ name: 'All', query });
    const count = jest.spyOn(app.engine.search, 'count');
    const listed = { id, name: 'All', search: '', ...query };
    expect((await app.get('/segments')).json()).toEqual({ segments: [listed] });
    expect(count).not.toHaveBeenCalled();
    const counted = { segment: { ...listed, customers: 3 } };
    const both = await Promise.all([app.get(`/segments/${id}`), app.get(`/segments/${id}`)]);
    expect(both.map((answer) => answer.json<unknown>())).toEqual([counted, counted]);
    count.mockRestore();
    await app.inject({ method: 'DELETE', url: `/segments/${id}` });
  });

  it.each([
    [{}, 'segment'],
    [{ segment: {} }, 'segment.name'],
    [{ segment: { name: ' ' } }, 'segment.name'],
    [{ segment: { name: 'x'.repeat(101) } }, 'segment.name'],
    [{ segment: { name: 'a', sort: 'name' } }, 'segment.sort'],
    [{ segment: { name: 'a', filters: 'attribute:a:exists' } }, 'segment.filters'],
    [{ segment: { name: 'a', filters: [1] } }, 'segment.filters'],
    [{ segment: { name: 'a', filters: ['plan'] } }, 'filter'],
    [{ segment: { name: 'a', search: 'a\0' } }, 'segment.search'],
    [{ segment: { name: 'a', tz: 'Atlantis' } }, 'segment.tz'],
    [{ segment: { name: 'a', week_start: 'friday' } }, 'segment.week_start'],
    [{ segment: { name: 'a', where: [] } }, 'segment.where'],
    [{ segment: { name: 'a', where: { any: [] } } }, 'segment.where'],
  ])('refuses the segment %j', async (body, field) => {
    const answer = await app.post('/segments', body);
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ code: 'invalid_request', details: [{ field }] });
  });
});

it('counts suggested values over all customers, where it looks at some', async () => {
  const app = await startRestApp(await openIndexed());
  const many = Array.from({ length: 1_100 }, (_, i) =>
    attributes({ half: i < 600 ? 'x' : 'y' }, { user_id: `v${10_000 + i}` }),
  );
  await ingestLines(app.engine, many);
  expect((await app.get('/attribute-values?name=half')).json()).toEqual({
    values: [
      { value: 'x', customers: 600 },
      { value: 'y', customers: 500 },
    ],
    is_sample: true,
  });
  await app.close();
});
