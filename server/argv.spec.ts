import { commandToRun, normaliseArguments } from './argv.js';

describe('arguments', () => {
  it.each([
    [
      ['generate', '-out', 'x'],
      ['generate', '--out', 'x'],
    ],
    [
      ['generate', '--out', 'x'],
      ['generate', '--out', 'x'],
    ],
    [
      ['generate', '-seed=5'],
      ['generate', '--seed=5'],
    ],
    [
      ['generate', '--seed=5'],
      ['generate', '--seed=5'],
    ],
    [
      ['generate', '-out=-a-b=c'],
      ['generate', '--out=-a-b=c'],
    ],
    [
      ['verify', '-verify-file', 'x.csv'],
      ['verify', '--verify-file', 'x.csv'],
    ],
    [
      ['ingest', '-'],
      ['ingest', '-'],
    ],
    [
      ['ingest', '-json', '-'],
      ['ingest', '--json', '-'],
    ],
    [['-h'], ['-h']],
    [
      ['generate', '-o', 'x', '-5', '-5x'],
      ['generate', '-o', 'x', '-5', '-5x'],
    ],
    [
      ['ingest', './-out', 'a-out', '-out.data'],
      ['ingest', './-out', 'a-out', '-out.data'],
    ],
    [
      ['ingest', '-json', '--', '-out'],
      ['ingest', '--json', '--', '-out'],
    ],
    [[], []],
  ])('%j mean %j', (args, normal) => {
    expect(normaliseArguments(args)).toEqual(normal);
  });

  it.each([
    [['ingest', 'a.data'], 'ingest'],
    [['ingest', '--', '--help'], 'ingest'],
    [['verify'], 'verify'],
    [['ingest', '--help'], undefined],
    [['help', 'ingest'], undefined],
    [['ingest', '-h'], undefined],
    [[], undefined],
  ])('%j run %s', (args, command) => {
    expect(commandToRun(args)).toBe(command);
  });
});
