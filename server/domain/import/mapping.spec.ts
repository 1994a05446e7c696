import { mappingFaults, proposeMapping, sampleColumns } from './mapping.js';
import { attributeColumn } from './sheet-columns.js';
import type { MappedColumn, SheetMapping } from './sheet-mapping.js';
import type { SheetColumn, SheetRow } from './sheet.js';

const columnsOf = (...names: string[]): SheetColumn[] => names.map((name, index) => ({ index, name, header: name }));

function usesOf(...names: string[]): string[] {
  return proposeMapping(columnsOf(...names)).columns.map((column) =>
    'attribute' in column ? `=${column.attribute}` : column.use,
  );
}

describe('the proposed mapping', () => {
  it.each([
    [
      ['id', 'last_updated', 'name', 'event:page', 'other_attributes'],
      ['id', 'ignore', '=name', 'ignore', 'ignore'],
    ],
    [
      ['attribute:last_updated', 'attribute:event:x', 'id'],
      ['=last_updated', '=event:x', 'id'],
    ],
    [
      ['ID', 'id'],
      ['=ID', 'id'],
    ],
    [
      ['User ID', 'email'],
      ['id', '=email'],
    ],
    [
      ['Name', 'E-Mail'],
      ['=Name', 'email'],
    ],
    [
      ['Name', 'City'],
      ['=Name', '=City'],
    ],
    [
      ['id', '__proto__', 'x'.repeat(151), 'attribute:id'],
      ['id', 'ignore', 'ignore', 'ignore'],
    ],
    [
      ['id', '?', '??', '?mi?', 'Wojew\uFFFDdztwo', 'pa?stwo', 'Is active?'],
      ['id', 'ignore', 'ignore', 'ignore', 'ignore', 'ignore', '=Is active?'],
    ],
    [
      ['id', 'x', 'attribute:x'],
      ['id', '=x', 'ignore'],
    ],
  ])('of %j is %j', (names, uses) => expect(usesOf(...names)).toEqual(uses));

  it('ignores a column without a name, and takes the first of several', () => {
    const columns = columnsOf('id', 'Column 2', 'City', 'City (2)');
    const headers = ['id', '', 'City', 'City'];
    const { columns: mapped } = proposeMapping(columns.map((column, at) => ({ ...column, header: headers[at] })));
    expect(mapped.map(({ use }) => use)).toEqual(['id', 'ignore', 'attribute', 'ignore']);
  });

  it('is the remembered one, which removes and takes nothing unless it is told so again', () => {
    const columns = [{ column: 'a', use: 'id' }] as const;
    const remembered: SheetMapping = { columns, empty: 'remove', damaged: 'take' };
    expect(proposeMapping(columnsOf('a'), { remembered })).toEqual({ columns, empty: 'keep', damaged: 'keep' });
  });

  it.each([
    [['invalid_number', 'stale'], 'ignore'],
    [['invalid_number', 'moved house'], 'attribute'],
    [[], 'attribute'],
  ])('of a column "reason" with %j is to %s it, as rejected rows come back with one', (samples, use) => {
    const columns = columnsOf('id', 'reason').map((column) => ({ ...column, samples }));
    expect(proposeMapping(columns).columns[1].use).toBe(use);
  });

  it.each([
    [['First name'], ['=first_name']],
    [
      ['FIRST-NAME', 'Größe', 'e mail'],
      ['=first_name', '=grosse', '=email'],
    ],
    [
      ['Prénom', ' Plan '],
      ['=prenom', '=plan'],
    ],
    [
      ['First name', 'first_name'],
      ['=First name', '=first_name'],
    ],
    [
      ['First name', 'first-name'],
      ['=first_name', '=first-name'],
    ],
    [
      ['Plan', 'PLAN'],
      ['=Plan', '=plan'],
    ],
    [
      ['attribute:Prenom', 'Last name', 'last_updated', '--'],
      ['=Prenom', '=Last name', 'ignore', '=--'],
    ],
  ])('of %j is %j by the attributes that there are', (names, uses) => {
    const attributes = ['first_name', 'plan', 'email', 'grosse', 'prenom', 'Plan', 'lastupdated', '_'];
    const { columns } = proposeMapping(columnsOf('id', ...names), { attributes });
    expect(columns.slice(1).map((column) => ('attribute' in column ? `=${column.attribute}` : column.use))).toEqual(
      uses,
    );
  });

  it('takes every attribute of an export for itself', () => {
    for (const name of ['last_updated', 'event:a', 'attribute:a', 'other_attributes', 'City', ' ', '=1']) {
      expect(usesOf('id', attributeColumn(name))).toEqual(['id', `=${name}`]);
    }
  });
});

describe('a mapping', () => {
  const columns = columnsOf('id', 'a', 'b', 'c');
  const attribute = { use: 'attribute', type: 'auto', dateForm: 'auto', zone: 'UTC' } as const;
  const id: MappedColumn = { column: 'id', use: 'id' };
  const faults = (...mapped: MappedColumn[]): string[] =>
    mappingFaults(columns, { columns: mapped, empty: 'keep', damaged: 'keep' }).map(
      ({ field, message }) => `${field}: ${message}`,
    );

  it('has no fault if it is a proposal', () => {
    expect(mappingFaults(columns, proposeMapping(columns))).toEqual([]);
  });

  it.each([
    [[], 'mapping.columns: Exactly one column'],
    [[id, { column: 'a', use: 'email' }], 'mapping.columns: Exactly one column'],
    [[id, { column: 'x', use: 'ignore' }], 'mapping.columns.1.column: The sheet has no column "x"'],
    [[id, { column: 'id', use: 'ignore' }], 'mapping.columns.1.column: The column "id" is named twice'],
    [[id, { column: 'a', attribute: 'id', ...attribute }], 'mapping.columns.1.attribute: An attribute has a name'],
    [[id, { column: 'a', attribute: '', ...attribute }], 'mapping.columns.1.attribute: An attribute has a name'],
    [
      [id, { column: 'a', attribute: 'x', ...attribute }, { column: 'b', attribute: 'x', ...attribute }],
      'mapping.columns.2.attribute: Two columns hold the attribute "x"',
    ],
    [
      [id, { column: 'a', attribute: 'x', ...attribute, zone: 'Moon' }],
      'mapping.columns.1.zone: There is no time zone "Moon"',
    ],
    [
      [
        id,
        { column: 'a', use: 'time', dateForm: 'auto', zone: 'UTC' },
        { column: 'b', use: 'time', dateForm: 'auto', zone: 'UTC' },
      ],
      'mapping.columns: Only one column can hold the time',
    ],
  ] satisfies [MappedColumn[], string][])('has a fault: %j', (mapped, fault) => {
    expect(faults(...mapped)).toEqual([expect.stringContaining(fault)]);
  });
});

it('shows samples of columns, and the forms of their dates', () => {
  const cells = [
    ['1', '03/04/2024', '\t=x'],
    ['2', '05/06/2024'],
    ['3', '', 'y'.repeat(200)],
  ];
  const rows = cells.map((row, at): SheetRow => ({ kind: 'cells', number: at, line: at, cells: row }));
  const [id, date, text] = sampleColumns(columnsOf('id', 'date', 'text'), rows);
  expect(id).toMatchObject({ index: 0, name: 'id', samples: ['1', '2', '3'], dateForms: [] });
  expect(date).toMatchObject({ samples: ['03/04/2024', '05/06/2024'], dateForms: ['dmy', 'mdy'] });
  expect(text).toMatchObject({ samples: ['=x', 'y'.repeat(100)], dateForms: [] });
});
