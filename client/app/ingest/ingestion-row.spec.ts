import { TestBed } from '@angular/core/testing';

import { HTTP, Screen, render } from '../../../test/support/component';
import { StreamedRequest, takeFetch } from '../../../test/support/streamed-request';
import { VIEWER } from '../../../test/support/viewer';
import { SessionStore } from '../core/session';
import { Ingestion } from './wire/ingestion';
import { IngestionCounts } from './ingestion-counts';
import { IngestionRow } from './ingestion-row';
import { RejectList } from './reject-list';

const ingestion: Ingestion = {
  id: 7,
  source: 'data/<events>.jsonl',
  state: 'done',
  started_at: '2020-01-31T12:00:00.000Z',
  seconds: 200.4,
  bytes: 1_234_567,
  size: 2_469_134,
  lines: 12_345,
  customers: 300,
  events: 4000,
  attributes: 50,
  duplicates: 6,
  anonymous: 7,
  stale: 8,
  blank: 9,
  rejected: {},
};
const rejected = { invalid_json: 2, line_too_long: 1200, brand_new: 1 };
const reject = (line: number, text: string, reason = 'invalid_json') =>
  `${JSON.stringify({ line, offset: line * 100, reason, text })}\n`;

describe('IngestionCounts', () => {
  it('shows what the lines came to', async () => {
    const screen = await render(IngestionCounts, { ingestion: { ...ingestion, rejected } });
    const counts = screen.all('dl > div').map(({ children: [dt, dd] }) => [dt.textContent, dd.textContent.trim()]);
    expect(counts).toEqual([
      ['Lines', '12,345'],
      ['Customers touched', '300'],
      ['Events', '4,000'],
      ['Attribute messages', '50'],
      ['Duplicates', '6'],
      ['Rejected', '1,203'],
      ['Anonymous', '7'],
      ['Before a deletion', '8'],
      ['Blank lines', '9'],
    ]);
    expect(screen.texts('.bad dt')).toEqual(['Rejected']);
  });

  it('marks nothing as bad where nothing was rejected', async () => {
    const screen = await render(IngestionCounts, { ingestion: { ...ingestion, blank: 0 } });
    expect(screen.all('.bad')).toEqual([]);
    expect(screen.texts('.zero dt')).toEqual(['Rejected', 'Blank lines']);
  });
});

describe('RejectList', () => {
  let screen: Screen<RejectList>;
  let requests: StreamedRequest[];

  const open = async (some: Partial<Ingestion> = {}) => {
    requests = takeFetch();
    screen = await render(RejectList, { ingestion: { ...ingestion, rejected, ...some } }, HTTP);
  };
  const answer = async (lines: string) => {
    requests[requests.length - 1].accept().send(lines).end();
    await screen.settle();
  };
  const rows = () =>
    screen.all('tbody tr').map((row) => [...row.children].map(({ textContent }) => textContent.trim()));

  it('says how many there are for each reason, the most frequent first', async () => {
    await open();
    expect(screen.all('li').map((li) => [...li.children].map(({ textContent }) => textContent))).toEqual([
      ['1,200', 'longer than 1 MiB'],
      ['2', 'not valid JSON'],
      ['1', 'brand_new'],
    ]);
  });

  it('offers all of them as a file', async () => {
    await open();
    const link = screen.link('Download all 1,203');
    expect([link.getAttribute('href'), link.download]).toEqual(['/ingestions/7/rejects', 'rejects-7.jsonl']);
    const lines = screen.link('Download as lines');
    expect(lines.getAttribute('href')).toBe('/ingestions/7/rejects?format=lines');
    expect(lines.download).toBe('rejected-lines-7.jsonl');
  });

  it('says how many were only counted, and downloads the others', async () => {
    await open({ rejects_not_kept: 1000 });
    await answer(reject(1, 'x'));
    expect(screen.link('Download all 203').getAttribute('href')).toBe('/ingestions/7/rejects');
    expect(screen.text).toContain('1,000 more were only counted: 64 MiB of rejected lines are kept.');
  });

  it('shows the hint of a reject, and the beginning of a long line', async () => {
    await open();
    const long = `${'x'.repeat(499)}😀`;
    const lines = [{ hint: 'It is no object.', text: 'a' }, { text: long }, { text: 'cut', truncated: true }];
    await answer(
      lines
        .map((some, at) => `${JSON.stringify({ line: at + 1, offset: 0, reason: 'invalid_json', ...some })}\n`)
        .join(''),
    );
    expect(screen.texts('tbody .why')[0]).toMatch(/^not valid JSON\s+It is no object\.$/);
    expect(screen.one('tbody .why [lang=en]').textContent).toBe('It is no object.');
    expect(screen.texts('bdi')).toEqual(['a', 'x'.repeat(499), 'cut']);
    expect(screen.texts('td.code .hint')).toEqual(['(cut off)', '(cut off)']);
  });

  it('shows the first of them, with the line, the reason and the text as it is', async () => {
    await open();
    expect(requests.map(({ url }) => url)).toEqual(['/ingestions/7/rejects']);
    await answer(reject(1, '{"a": <b>') + reject(12_345, '', 'brand_new'));
    expect(rows()).toEqual([
      ['1', 'not valid JSON', '{"a": <b>'],
      ['12,345', 'brand_new', ''],
    ]);
    expect(screen.one('[role=region]')).toMatchObject({ ariaLabel: 'Rejected lines', tabIndex: 0 });
    expect(screen.text).toContain('The first 2 of them.');
  });

  it('reads no more than 50, whatever comes', async () => {
    await open();
    await answer(Array.from({ length: 60 }, (_, i) => reject(i + 1, 'x')).join(''));
    expect(rows()).toHaveLength(50);
  });

  it('says nothing of more when these are all', async () => {
    await open({ rejected: { invalid_json: 1 } });
    await answer(reject(1, 'x'));
    expect(screen.text).not.toContain('The first');
  });

  it('says when they could not be loaded, and tries again when there are more', async () => {
    await open();
    requests[0].refuse(404, { code: 'gone', message: 'There are no rejects.' });
    await screen.settle();
    expect(screen.texts('[role=alert]')).toEqual(['There are no rejects.']);
    await screen.set({ ingestion: { ...ingestion, rejected: { invalid_json: 3 } } });
    await answer(reject(1, 'x'));
    expect([requests.length, rows().length, screen.all('[role=alert]').length]).toEqual([2, 1, 0]);
  });

  it('leaves what it reads when it is taken away', async () => {
    await open();
    await screen.set({ ingestion: { ...ingestion, id: 8, rejected } });
    expect(requests.map(({ url, aborted }) => [url, aborted])).toEqual([
      ['/ingestions/7/rejects', true],
      ['/ingestions/8/rejects', false],
    ]);
  });
});

describe('IngestionRow', () => {
  let screen: Screen<IngestionRow>;

  const show = async (some: Partial<Ingestion> = {}) => {
    takeFetch();
    screen = await render(IngestionRow, { ingestion: { ...ingestion, ...some } }, HTTP);
  };
  const open = async () => {
    const details = screen.one('details', HTMLDetailsElement);
    details.open = true;
    details.dispatchEvent(new Event('toggle'));
    await screen.settle();
  };

  it('is a line: source, state, lines, rejects and when', async () => {
    await show({ rejected });
    expect(screen.texts('.source')).toEqual(['<events>.jsonl']);
    expect(screen.texts('.facts > span')).toEqual(['done in part', '12,345 lines', '1,203 rejected']);
    expect(screen.one('time').getAttribute('datetime')).toBe('2020-01-31T12:00:00.000Z');
    expect(screen.all('.body, app-progress-bar')).toEqual([]);
  });

  it('counts the rejects for a viewer, who may not read or download them', async () => {
    await show({ rejected });
    TestBed.inject(SessionStore).set(VIEWER);
    await open();
    expect(screen.texts('.bad dt')).toEqual(['Rejected']);
    expect(screen.all('app-reject-list, a')).toEqual([]);
    TestBed.inject(SessionStore).set({ ...VIEWER, permissions: ['read', 'export'] });
    await screen.settle();
    expect(screen.all('app-reject-list')).toHaveLength(1);
  });

  it('does not speak of rejects where there are none', async () => {
    await show({ lines: 1 });
    expect(screen.texts('.facts > span')).toEqual(['done', '1 line']);
    await open();
    expect(screen.all('app-reject-list')).toEqual([]);
  });

  it('opens to its counts and rejects', async () => {
    await show({ rejected });
    await open();
    expect(screen.text).toContain('1.2 MB read in 3m 20s');
    expect(screen.all('app-ingestion-counts, app-reject-list')).toHaveLength(2);
  });

  it.each<[Partial<Ingestion>, string, string]>([
    [{}, 'taken', 'done'],
    [{ rejected }, 'in-part', 'done in part'],
    [{ lines: 12, blank: 9, rejected: { invalid_json: 3 } }, 'nothing', 'nothing taken'],
    [{ lines: 0, blank: 0 }, 'empty', 'empty'],
    [{ lines: 9 }, 'empty', 'empty'],
    [{ state: 'failed', lines: 0 }, 'nothing', 'nothing taken'],
    [{ state: 'failed' }, 'failed', 'failed'],
    [{ state: 'interrupted' }, 'interrupted', 'interrupted'],
    [{ state: 'running', lines: 0 }, 'running', 'running'],
  ])('is no success where little was taken: %j', async (some, outcome, text) => {
    await show(some);
    expect(screen.root.getAttribute('data-outcome')).toBe(outcome);
    expect(screen.texts('.state')).toEqual([text]);
  });

  it('does not say that it took no time', async () => {
    await show({ seconds: 0.002 });
    await open();
    expect(screen.text).toContain('1.2 MB read in under a second');
  });

  it.each<[Partial<Ingestion>, string]>([
    [{ state: 'failed', failure: 'The file is no gzip.' }, 'The file is no gzip.'],
    [{ state: 'interrupted' }, 'Ingest the same source again: it goes on where it stopped.'],
  ])('says what went wrong: %j', async (some, text) => {
    await show(some);
    await open();
    expect(screen.text).toContain(text);
    expect(screen.root.getAttribute('data-state')).toBe(some.state);
  });

  it.each<[Partial<Ingestion>, string | null]>([
    [{}, '50'],
    [{ size: 0 }, null],
    [{ size: undefined }, null],
    [{ source: 'events.jsonl.gz' }, null],
  ])('shows while it runs how far it is: %j', async (some, percent) => {
    await show({ state: 'running', ...some });
    expect(screen.one('app-progress-bar').getAttribute('aria-valuenow')).toBe(percent);
    expect(screen.names('app-progress-bar')).toEqual(['Progress']);
  });
});
