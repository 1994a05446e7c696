import { Screen } from '../../../../test/support/component';
import { OpenDialog, openDialog } from '../../../../test/support/dialog';
import { StreamedRequest, takeFetch } from '../../../../test/support/streamed-request';
import { ExportDialog, ExportTask } from './export-dialog';

const day = (): string => {
  const now = new Date();
  const [month, date] = [now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, '0'));
  return `${now.getFullYear()}-${month}-${date}`;
};
const LIST = JSON.stringify([
  'id',
  { column: 'attribute:email', title: 'email' },
  { column: 'attribute:created_at', title: 'created_at' },
  'last_updated',
]);

const task: ExportTask = { count: 2000, selection: { search: 'sofia', filters: [] } };

/** A place on the disk that a person picks, in the browsers that can. */
class PickedFile {
  readonly chunks: string[] = [];
  state: 'open' | 'closed' | 'aborted' | 'removed' = 'open';
  full = false;

  createWritable() {
    return Promise.resolve({
      write: (chunk: Uint8Array) => {
        if (this.full) return Promise.reject(new DOMException('full', 'QuotaExceededError'));
        this.chunks.push(new TextDecoder().decode(chunk));
        return Promise.resolve();
      },
      close: () => Promise.resolve(void (this.state = 'closed')),
      abort: () => Promise.resolve(void (this.state = 'aborted')),
    });
  }

  remove() {
    this.state = 'removed';
    return Promise.resolve();
  }
}

describe('ExportDialog', () => {
  let dialog: OpenDialog<undefined>;
  let screen: Screen;
  let requests: StreamedRequest[];
  let file: PickedFile;
  let picked: unknown[];

  const open = async (some: Partial<ExportTask> = {}) => {
    requests = takeFetch();
    dialog = await openDialog<undefined>(ExportDialog, { ...task, ...some });
    ({ screen } = dialog);
  };
  const pickWith = (pick: () => Promise<unknown>) => {
    const showSaveFilePicker = (options: unknown) => {
      picked.push(options);
      return pick();
    };
    Object.assign(globalThis, { showSaveFilePicker });
  };
  const begin = async (some: Partial<ExportTask> = {}) => {
    await open(some);
    await screen.submit();
    await screen.settle();
  };
  const progress = () => screen.texts('[data-testid=export-progress]');
  const failure = () => screen.one('app-notice').textContent;

  beforeEach(() => {
    localStorage.clear();
    picked = [];
    file = new PickedFile();
    pickWith(() => Promise.resolve(file));
  });
  afterEach(() => Reflect.deleteProperty(globalThis, 'showSaveFilePicker'));

  it.each([
    [1, 'Export 1 customer'],
    [0, 'Export 0 customers'],
    [12_345, 'Export 12,345 customers'],
  ])('says how many: %d', async (count, heading) => {
    await open({ count });
    expect(screen.texts('h2')).toEqual([heading]);
  });

  it('offers the formats, CSV at first', async () => {
    await open();
    expect(screen.all<HTMLInputElement>('input').map(({ value, checked }) => [value, checked])).toEqual([
      ['csv', true],
      ['exact-csv', false],
      ['jsonl', false],
      ['list', true],
      ['all', false],
      ['chosen', false],
    ]);
    expect(screen.texts('legend')).toEqual(['Format', 'Columns']);
    await screen.click(screen.button('Cancel'));
    expect([dialog.results.length, requests, picked]).toEqual([1, [], []]);
  });

  it.each([
    ['csv', 'csv', `customers.csv?columns=${encodeURIComponent(LIST)}`, 'text/csv'],
    ['exact-csv', 'csv', `customers.csv?for=programs&columns=${encodeURIComponent(LIST)}`, 'text/csv'],
    ['jsonl', 'jsonl', 'customers.jsonl', 'application/x-ndjson'],
  ])('asks for a place first, and for the selection as %s then', async (format, extension, path, type) => {
    await open();
    await screen.click(screen.one(`[value=${format}]`));
    await screen.submit();
    await screen.settle();
    expect(picked).toEqual([{ suggestedName: `customers-${day()}.${extension}` }]);
    const [{ url, init, body }] = requests;
    expect([url.replaceAll('+', '%20'), init.method, body]).toEqual([
      `/exports/${path}`,
      'POST',
      { selection: task.selection },
    ]);
    expect(init.headers).toMatchObject({ accept: type });
  });

  it('calls the file like the segment', async () => {
    await begin({ segment: 'Berlin buyers' });
    expect(picked).toEqual([{ suggestedName: `berlin-buyers-${day()}.csv` }]);
  });

  it('exports all columns, with semicolons, and remembers both', async () => {
    await open();
    await screen.click(screen.one('[value=all]'));
    screen.one<HTMLSelectElement>('[data-testid=export-delimiter]').value = ';';
    screen.one('[data-testid=export-delimiter]').dispatchEvent(new Event('change'));
    await screen.submit();
    await screen.settle();
    expect(requests[0].url).toBe('/exports/customers.csv?delimiter=%3B');
    expect(JSON.parse(localStorage.getItem('roster.export') ?? '')).toMatchObject({ columns: 'all', delimiter: ';' });
  });

  it('exports in another encoding, which it remembers', async () => {
    await open();
    await screen.choose(screen.one('[data-testid=export-encoding]'), 'windows-1252');
    expect(screen.text).toContain('becomes a question mark');
    await screen.click(screen.one('[value=all]'));
    await screen.submit();
    await screen.settle();
    expect(requests[0].url).toBe('/exports/customers.csv?encoding=windows-1252');
    expect(JSON.parse(localStorage.getItem('roster.export') ?? '')).toMatchObject({ encoding: 'windows-1252' });
  });

  it('begins with the encoding of last time', async () => {
    localStorage.setItem('roster.export', '{"encoding":"utf-16le"}');
    await open();
    expect(screen.one<HTMLSelectElement>('[data-testid=export-encoding]').value).toBe('utf-16le');
  });

  it('gives chosen columns the titles that one types, and remembers them', async () => {
    await open();
    await screen.click(screen.one('[value=chosen]'));
    await screen.type(screen.input('Title of Email'), 'E-Mail');
    await screen.type(screen.input('Title of Created'), 'x');
    await screen.type(screen.input('Title of Created'), '');
    await screen.submit();
    await screen.settle();
    const columns: unknown = JSON.parse(new URL(requests[0].url, location.href).searchParams.get('columns') ?? '');
    expect(columns).toEqual([
      'id',
      { column: 'attribute:email', title: 'E-Mail' },
      { column: 'attribute:created_at', title: 'created_at' },
      'last_updated',
    ]);
    expect(JSON.parse(localStorage.getItem('roster.export') ?? '')).toMatchObject({
      titles: { 'attribute:email': 'E-Mail' },
    });
  });

  it('exports chosen columns, which are moved, left out and added', async () => {
    await open();
    await screen.click(screen.one('[value=chosen]'));
    const labels = () => screen.texts('[data-testid=export-column] bdi');
    expect(labels()).toEqual(['Id', 'Email', 'Created', 'Last updated']);
    await screen.click(screen.one('[aria-label="Move Email up"]'));
    await screen.click(screen.one('[aria-label="Leave out Last updated"]'));
    await screen.click(screen.one('[aria-label="Leave out Created"]'));
    expect(labels()).toEqual(['Email', 'Id']);
    await screen.type(screen.one('[data-testid=export-column-search]'), 'last');
    await screen.press(screen.one('[data-testid=export-column-search]'), 'Enter');
    expect(labels()).toEqual(['Email', 'Id', 'Last updated']);
    await screen.submit();
    await screen.settle();
    const columns: unknown = JSON.parse(new URL(requests[0].url, location.href).searchParams.get('columns') ?? '');
    expect(columns).toEqual([{ column: 'attribute:email', title: 'email' }, 'id', 'last_updated']);
  });

  it('keeps the last of the chosen columns', async () => {
    const kept = { format: 'csv', delimiter: 'tab', columns: 'chosen', chosen: ['attribute:event:x'] };
    localStorage.setItem('roster.export', JSON.stringify(kept));
    await open();
    await screen.click(screen.one('[data-testid=export-column-out]'));
    expect(screen.texts('[data-testid=export-column] bdi')).toEqual(['event:x']);
    await screen.submit();
    await screen.settle();
    expect(requests[0].url).toBe('/exports/customers.csv?delimiter=tab&columns=%5B%22attribute%3Aevent%3Ax%22%5D');
  });

  it('writes the file as it comes, and says how far it is', async () => {
    await begin();
    expect(progress()).toEqual(['0 of 2,000, 0 bytes']);
    expect(document.activeElement).toBe(screen.button('Stop'));
    requests[0].accept().send('id,email\n').send('1,"a\nb"\n2,c\n'.repeat(500));
    await screen.settle();
    expect(progress()).toEqual(['1,000 of 2,000, 6 kB']);
    expect(screen.one('app-progress-bar').getAttribute('aria-valuenow')).toBe('50');
    expect(file.state).toBe('open');
    requests[0].end();
    await screen.settle();
    expect(progress()).toEqual(['Saved: 1,000 of 2,000, 6 kB']);
    expect(screen.one('app-progress-bar').getAttribute('aria-valuenow')).toBe('100');
    expect([file.state, file.chunks.join('').slice(0, 16)]).toEqual(['closed', 'id,email\n1,"a\nb"']);
    expect(document.activeElement).toBe(screen.button('Close'));
  });

  it('goes on asking when no place was picked', async () => {
    pickWith(() => Promise.reject(new DOMException('no', 'AbortError')));
    await begin();
    expect(requests).toEqual([]);
    expect(screen.names('button')).toEqual(['Cancel', 'Export']);
    await screen.submit();
    expect(picked).toHaveLength(2);
  });

  it('asks for a place but once at a time', async () => {
    pickWith(() => new Promise(() => undefined));
    await begin();
    await screen.submit();
    expect(picked).toHaveLength(1);
  });

  it('leaves nothing behind of a file that breaks off', async () => {
    await begin();
    requests[0].accept().send('id\n1').end();
    await screen.settle();
    expect(failure()).toContain('The server broke off in the middle. Try again.');
    expect(failure()).toContain('No file was saved.');
    expect(file.state).toBe('removed');
    expect(document.activeElement).toBe(screen.button('Close'));
  });

  it('says that the file could not be written', async () => {
    file.full = true;
    await begin();
    requests[0].accept().send('id\n');
    await screen.settle();
    expect(failure()).toContain('The file could not be written.');
    expect(file.state).toBe('removed');
  });

  it('says why the server refuses', async () => {
    await begin();
    requests[0].refuse(400, { code: 'invalid', message: 'Not this filter.' });
    await screen.settle();
    expect(failure()).toContain('Not this filter.');
  });

  it.each(['Stop', 'Escape'])('stops on %s, without a file', async (way) => {
    await begin();
    if (way === 'Stop') await screen.click(screen.button('Stop'));
    else await screen.press(document.body, 'Escape', { keyCode: 27 });
    await screen.settle();
    expect([requests[0].aborted, dialog.results, file.state]).toEqual([true, [undefined], 'removed']);
  });

  it('begins nothing when it was closed before a place was picked', async () => {
    let pick: (file: PickedFile) => void = () => undefined;
    pickWith(() => new Promise<PickedFile>((resolve) => (pick = resolve)));
    await begin();
    await screen.click(screen.button('Cancel'));
    pick(file);
    await screen.settle();
    expect([requests, file.state]).toEqual([[], 'removed']);
  });

  it('downloads the file at the end where the browser cannot write to the disk', async () => {
    Reflect.deleteProperty(globalThis, 'showSaveFilePicker');
    const blobs: Blob[] = [];
    Object.assign(URL, {
      createObjectURL: (blob: Blob) => `blob:${blobs.push(blob)}`,
      revokeObjectURL: () => undefined,
    });
    const downloads: string[] = [];
    const click = jest.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (
      this: HTMLAnchorElement,
    ) {
      downloads.push(this.download);
    });
    await begin();
    requests[0].accept().send('id\n').send('1\n');
    await screen.settle();
    expect(downloads).toEqual([]);
    requests[0].end();
    await screen.settle();
    click.mockRestore();
    expect(downloads).toEqual([`customers-${day()}.csv`]);
    expect(blobs.map(({ size, type }) => [size, type])).toEqual([[5, 'text/csv']]);
  });
});
