import { HTTP, Screen, announced, render } from '../../../test/support/component';
import { takeFetch } from '../../../test/support/streamed-request';
import { Ingestion } from './wire/ingestion';
import { Upload, UploadQueue, UploadState } from './data/upload-queue';
import { UploadCard } from './upload-card';

const ingestion: Ingestion = {
  id: 7,
  source: 'events.jsonl',
  state: 'running',
  started_at: '2020-01-31T12:00:00.000Z',
  seconds: 3.21,
  bytes: 500_000,
  lines: 100,
  customers: 1,
  events: 98,
  attributes: 0,
  duplicates: 0,
  anonymous: 0,
  stale: 0,
  blank: 0,
  rejected: { invalid_json: 2 },
};
const problem = { status: 0, code: 'unreachable', message: 'The server cannot be reached.', details: [] };
const NOW = Date.UTC(2020, 0, 31, 12);

describe('UploadCard', () => {
  let screen: Screen<UploadCard>;
  let calls: string[];

  const show = async (state: UploadState, name = 'events.jsonl', size = 2_000_000) => {
    calls = [];
    takeFetch();
    const file = { name, size } as File; // all that is read of it
    const upload: Upload = { key: 5, file, startedAt: NOW - 2000, state };
    const call = (what: string) => (key: number) => calls.push(`${what} ${key}`);
    const queue = { cancel: call('cancel'), retry: call('retry') };
    screen = await render(UploadCard, { upload }, [...HTTP, { provide: UploadQueue, useValue: queue }]);
  };
  const bar = () => screen.one('app-progress-bar');

  beforeEach(() => jest.useFakeTimers({ now: NOW }));
  afterEach(() => jest.useRealTimers());

  it.each<[UploadState, string[]]>([
    [{ kind: 'waiting' }, ['Cancel']],
    [{ kind: 'sending', sent: 1, ingestion: null }, ['Cancel']],
    [{ kind: 'folding', ingestion }, []],
    [{ kind: 'ended', ingestion: { ...ingestion, state: 'done', rejected: {} } }, ['Take from the list']],
    [
      { kind: 'ended', ingestion: { ...ingestion, state: 'failed', rejected: {} } },
      ['Take from the list', 'Send again'],
    ],
    [{ kind: 'failed', problem }, ['Take from the list', 'Send again']],
    [{ kind: 'cancelled' }, ['Take from the list', 'Send again']],
  ])('offers what can be done: %j', async (state, buttons) => {
    await show(state);
    expect(screen.names('button')).toEqual(buttons);
    expect(screen.root.getAttribute('data-state')).toBe(state.kind);
    for (const name of buttons) await screen.click(screen.button(name));
    expect(calls).toEqual(buttons.map((name) => (name === 'Send again' ? 'retry 5' : 'cancel 5')));
  });

  it.each([
    ['<ü>.jsonl', 1, '<ü>.jsonl 1 byte'],
    ['a.gz', 1_234_567_890, 'a.gz 1.2 GB'],
    ['empty', 0, 'empty 0 bytes'],
  ])('is headed by the name and the size: %s', async (name, size, heading) => {
    await show({ kind: 'waiting' }, name, size);
    expect(screen.texts('h3')).toEqual([heading]);
  });

  it('shows while it is sent how far it is, how fast, and what is folded', async () => {
    await show({ kind: 'sending', sent: 1_500_000, ingestion });
    expect([bar().ariaLabel, bar().getAttribute('aria-valuenow')]).toEqual(['Sent', '75']);
    expect(screen.text).toContain('1.5 MB of 2 MB sent, 750 kB a second');
    expect(screen.texts('app-ingestion-counts dd')[0]).toBe('100');
    // They are still growing.
    expect(screen.all('app-reject-list')).toEqual([]);
  });

  it.each([
    ['events.jsonl', 2_000_000, '25'],
    ['events.jsonl.gz', 2_000_000, null],
    ['events.jsonl', 0, null],
  ])('shows how much of %s (%d bytes) is folded', async (name, size, percent) => {
    await show({ kind: 'folding', ingestion }, name, size);
    expect([bar().ariaLabel, bar().getAttribute('aria-valuenow')]).toEqual(['Folded', percent]);
  });

  it('shows at the end what it came to, with the rejects', async () => {
    await show({ kind: 'ended', ingestion: { ...ingestion, state: 'done' } });
    expect(screen.text).toContain('98 of 100 lines taken, 2 rejected.');
    expect(screen.all('app-ingestion-counts, app-reject-list')).toHaveLength(2);
    expect(screen.all('app-progress-bar, [role=alert]')).toEqual([]);
  });

  it.each<[Partial<Ingestion>, string]>([
    [{}, 'Ingested in 3.2s.'],
    [{ seconds: 0.02 }, 'Ingested in under a second.'],
    [{ lines: 0 }, 'Empty file.'],
    [{ lines: 3, blank: 3 }, 'Nothing but blank lines.'],
    [{ lines: 3, blank: 1, rejected: { invalid_json: 2 } }, 'All 2 lines were rejected.'],
    [{ lines: 1, rejected: { invalid_json: 1 } }, 'The only line was rejected.'],
    [{ state: 'failed', lines: 0, failure: 'It seems to be CSV.' }, 'It seems to be CSV.'],
  ])('is a success only where something was taken: %j', async (some, text) => {
    await show({ kind: 'ended', ingestion: { ...ingestion, state: 'done', rejected: {}, ...some } });
    expect(screen.text).toContain(text);
    expect(screen.all('.done')).toHaveLength(text.startsWith('Ingested') ? 1 : 0);
    const isNothing = /reject|CSV/.test(text);
    expect(screen.texts('[role=alert] strong')).toEqual(isNothing ? ['Nothing taken'] : []);
    expect(screen.text).not.toContain('What was folded by then counts');
  });

  it('says why an ingestion did not end; before its first line there is nothing to count', async () => {
    const failed: Ingestion = { ...ingestion, state: 'failed', failure: 'The disk is full.', rejected: {} };
    await show({ kind: 'ended', ingestion: failed });
    expect(screen.one('[role=alert]').textContent).toContain('The disk is full.');
    expect(screen.all('app-ingestion-counts')).toHaveLength(1);
    await screen.set({
      upload: { ...screen.component.upload(), state: { kind: 'ended', ingestion: { ...failed, lines: 0 } } },
    });
    expect(screen.all('app-ingestion-counts')).toEqual([]);
  });

  it('says why a file was not received', async () => {
    await show({ kind: 'failed', problem });
    expect(screen.one('[role=alert]').textContent).toContain('The server cannot be reached.');
  });

  it('tells screen readers when it begins and ends, not how it goes', async () => {
    await show({ kind: 'waiting' });
    const said = [];
    for (const state of [
      { kind: 'sending', sent: 1, ingestion: null },
      { kind: 'sending', sent: 2, ingestion },
      { kind: 'folding', ingestion },
      { kind: 'ended', ingestion: { ...ingestion, state: 'done', rejected: {} } },
      { kind: 'ended', ingestion: { ...ingestion, state: 'done' } },
      { kind: 'ended', ingestion: { ...ingestion, state: 'done', lines: 0, rejected: {} } },
      { kind: 'cancelled' },
    ] satisfies UploadState[]) {
      await screen.set({ upload: { ...screen.component.upload(), state } });
      said.push(await announced());
    }
    expect(said).toEqual([
      'Sending events.jsonl',
      'Sending events.jsonl',
      'Sending events.jsonl',
      'events.jsonl was ingested',
      'events.jsonl was ingested in part',
      'events.jsonl is empty',
      'events.jsonl was cancelled',
    ]);
  });
});
