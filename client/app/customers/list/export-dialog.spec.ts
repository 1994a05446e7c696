import { Screen } from '../../../../test/support/component';
import { OpenDialog, openDialog } from '../../../../test/support/dialog';
import { StreamedRequest, takeFetch } from '../../../../test/support/streamed-request';
import { ExportDialog, ExportTask } from './export-dialog';

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
    ]);
    expect(screen.texts('legend')).toEqual(['Format']);
    await screen.click(screen.button('Cancel'));
    expect([dialog.results.length, requests, picked]).toEqual([1, [], []]);
  });

  it.each([
    ['csv', 'customers.csv', 'customers.csv', 'text/csv'],
    ['exact-csv', 'customers.csv', 'customers.csv?for=programs', 'text/csv'],
    ['jsonl', 'customers.jsonl', 'customers.jsonl', 'application/x-ndjson'],
  ])('asks for a place first, and for the selection as %s then', async (format, suggestedName, path, type) => {
    await open();
    await screen.click(screen.one(`[value=${format}]`));
    await screen.submit();
    await screen.settle();
    expect(picked).toEqual([{ suggestedName }]);
    const [{ url, init, body }] = requests;
    expect([url, init.method, body]).toEqual([`/exports/${path}`, 'POST', { selection: task.selection }]);
    expect(init.headers).toMatchObject({ accept: type });
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
    expect(downloads).toEqual(['customers.csv']);
    expect(blobs.map(({ size, type }) => [size, type])).toEqual([[5, 'text/csv']]);
  });
});
