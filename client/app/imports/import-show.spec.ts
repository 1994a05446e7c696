import { HttpTestingController } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { provideRouter } from '@angular/router';

import { HTTP, Screen, announced, render } from '../../../test/support/component';
import { SessionStore } from '../core/session';
import { Confirm } from '../ui/confirm';
import { ImportShow } from './import-show';
import { SheetImport } from './wire/import';

const LOOK_MS = 500;

const counts = {
  rows: 3,
  created: 1,
  changed: 1,
  unchanged: 0,
  rejected: 1,
  reasons: { unknown_customer: 1 },
  damaged: 1,
};
const sheet = (some: Partial<SheetImport> = {}): SheetImport => ({
  id: 3,
  name: 'people.csv',
  bytes: 120,
  state: 'uploaded',
  result: null,
  progress: { rows: 0, bytes: 0, of_bytes: 120 },
  ingestion: null,
  uploaded_by: { kind: 'anyone', name: 'anyone' },
  confirmed_by: null,
  created_at: '2026-01-31T12:00:00.000Z',
  confirmed_at: null,
  expires_at: '2026-02-01T12:00:00.000Z',
  format: {
    encoding: 'windows-1252',
    delimiter: ';',
    bom: false,
    found: { encoding: 'windows-1252', delimiter: ';' },
    damaged_characters: 0,
  },
  columns: [
    { index: 0, name: 'Id', header: 'Id', samples: ['1'], date_forms: [], use: { column: 'Id', use: 'id' } },
    {
      index: 1,
      name: 'City',
      header: 'City',
      samples: ['Köln'],
      date_forms: [],
      use: { column: 'City', use: 'attribute', attribute: 'city', type: 'auto', date_form: 'auto', zone: 'UTC' },
    },
  ],
  mapping: {
    columns: [
      { column: 'Id', use: 'id' },
      { column: 'City', use: 'attribute', attribute: 'city', type: 'auto', date_form: 'auto', zone: 'UTC' },
    ],
    empty: 'keep',
    damaged: 'keep',
  },
  mapping_is_remembered: false,
  dry_run: null,
  ...some,
});
const tried = sheet({
  state: 'checked',
  dry_run: {
    ...counts,
    differences: [
      { row: 1, customer: '7', column: 'City', attribute: 'city', before: 'Bonn', after: 'Köln' },
      {
        row: 2,
        customer: '8',
        column: 'City',
        attribute: 'zip',
        before: '007',
        after: 7,
        damage: 'zeros_lost',
        kept: true,
      },
    ],
    rejects: [{ row: 3, line: 4, reason: 'unknown_customer', column: 'Id', message: 'No customer has this email.' }],
  },
});

describe('the page of a spreadsheet', () => {
  let screen: Screen<ImportShow>;
  let http: HttpTestingController;
  let allowed: Set<string>;

  beforeEach(() => jest.useFakeTimers());
  afterEach(() => {
    TestBed.resetTestingModule();
    jest.useRealTimers();
  });

  const open = async (first: SheetImport, ...permissions: string[]): Promise<void> => {
    allowed = new Set(permissions.length > 0 ? permissions : ['read', 'write', 'ingest', 'export']);
    TestBed.configureTestingModule({ providers: [...HTTP, provideRouter([])] });
    jest.spyOn(TestBed.inject(SessionStore), 'may').mockImplementation((permission) => allowed.has(permission));
    http = TestBed.inject(HttpTestingController);
    screen = await render(ImportShow, { id: '3' });
    http.expectOne('/imports/3').flush({ import: first });
    await screen.settle();
  };

  it('shows the columns with their first cells and their use, and what was found out about the file', async () => {
    await open(sheet());
    expect(screen.texts('.name')).toEqual(['Id', 'City']);
    expect(screen.texts('.samples')).toEqual(['1', 'Köln']);
    expect(screen.select('Use of City').value).toBe('attribute');
    expect(screen.input('Attribute for City').value).toBe('city');
    expect(screen.text).toContain('Recognised: Windows-1252, Semicolon');
  });

  it('asks for the order of a date and its zone where a column has times', async () => {
    await open(sheet());
    expect(screen.text).not.toContain('Order of the date');
    await screen.choose(screen.select('Type of City'), 'time');
    expect(screen.text).toContain('Order of the date');
  });

  it('sends the mapping, then tries the file and follows it', async () => {
    await open(sheet());
    const city = sheet().columns[1];
    const use = { ...city.use, attribute: 'town' };
    const town = {
      columns: [sheet().columns[0], { ...city, use }],
      mapping: { ...sheet().mapping, columns: [sheet().mapping.columns[0], use] },
    };
    await screen.type(screen.input('Attribute for City'), 'town');
    await screen.click(screen.one('[data-testid=try-import]'));
    const patch = http.expectOne({ method: 'PATCH', url: '/imports/3' });
    expect(patch.request.body).toEqual({
      import: {
        mapping: {
          columns: [
            { column: 'Id', use: 'id' },
            { column: 'City', use: 'attribute', attribute: 'town', type: 'auto', date_form: 'auto', zone: 'UTC' },
          ],
          empty: 'keep',
          damaged: 'keep',
        },
      },
    });
    patch.flush({ import: sheet(town) });
    http
      .expectOne({ method: 'POST', url: '/imports/3/dry-run' })
      .flush({ import: sheet({ ...town, state: 'checking' }) });
    await screen.settle();
    expect(screen.all('[role=progressbar]')).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(LOOK_MS);
    http.expectOne('/imports/3').flush({ import: { ...tried, ...town } });
    await screen.settle();
    expect(screen.texts('[data-testid=import-counts] dd')).toEqual(['3', '1', '1', '0', '1', '1']);
    expect(await announced()).toBe('Previewed, not imported yet');
  });

  it('shows each cell that differs, damage that is left alone, and the rejected rows', async () => {
    await open(tried);
    expect(screen.texts('[data-testid=differences] tbody tr')).toEqual([
      '17cityBonnKöln',
      '28zip0077 zeros in front are gone · left alone',
    ]);
    expect(screen.texts('[data-testid=rejected-rows] li')).toEqual(['Row 3No customer has this email.']);
    expect(screen.one('[data-testid=import-rejects]').getAttribute('href')).toBe('/imports/3/rejects');
  });

  it('imports only what was tried with the present meaning of the columns, once it is confirmed', async () => {
    await open(tried);
    const ask = jest.spyOn(TestBed.inject(Confirm), 'ask').mockResolvedValueOnce(false).mockResolvedValueOnce(true);
    await screen.click(screen.one('[data-testid=confirm-import]'));
    http.expectNone({ method: 'POST', url: '/imports/3/confirm' });
    await screen.click(screen.one('[data-testid=confirm-import]'));
    expect(ask).toHaveBeenCalledTimes(2);
    http
      .expectOne({ method: 'POST', url: '/imports/3/confirm' })
      .flush({ import: sheet({ state: 'done', result: counts }) });
    await screen.settle();
    expect(screen.texts('h2')).toEqual(['Result']);
  });

  it('offers no import of another meaning than the one that was tried', async () => {
    await open(tried);
    await screen.choose(screen.select('Use of City'), 'ignore');
    expect(screen.all('[data-testid=confirm-import]')).toEqual([]);
    expect(screen.text).toContain('Preview again below.');
  });

  it('goes on with an interrupted import', async () => {
    await open(sheet({ state: 'interrupted', result: counts }));
    await screen.click(screen.button('Go on'));
    http
      .expectOne({ method: 'POST', url: '/imports/3/confirm' })
      .flush({ import: sheet({ state: 'done', result: counts }) });
    await screen.settle();
    expect(screen.texts('app-notice')).toEqual([]);
  });

  it('says why a change was refused, and keeps the fields', async () => {
    await open(sheet());
    await screen.click(screen.one('[data-testid=try-import]'));
    http.expectOne({ method: 'PATCH', url: '/imports/3' }).flush(
      {
        statusCode: 400,
        error: 'Bad Request',
        code: 'invalid_request',
        message: 'Two columns have the attribute city.',
      },
      { status: 400, statusText: 'Bad Request' },
    );
    await screen.settle();
    expect(screen.texts('app-notice p')).toEqual(['Two columns have the attribute city.']);
    expect(screen.select('Use of City').value).toBe('attribute');
  });

  it('offers nothing that its reader may not do', async () => {
    await open(tried, 'read');
    expect(screen.all('[data-testid=confirm-import], [data-testid=import-rejects]')).toEqual([]);
  });
});
