import { TestBed } from '@angular/core/testing';

import { Screen, render } from '../../../test/support/component';
import { ThemeStore } from '../core/theme';
import { Point, barChart } from './bar-chart';
import { Plot } from './plot';

/** Records what the library is asked to draw. jsdom has no canvas to draw on. */
interface Drawing {
  readonly canvas: HTMLCanvasElement;
  readonly config: ChartConfig;
  destroyed: boolean;
}

interface ChartConfig {
  readonly data: { readonly labels: string[]; readonly datasets: { readonly data: (number | null)[] }[] };
  readonly options: {
    readonly indexAxis: 'x' | 'y';
    readonly scales: Record<
      'x' | 'y',
      { readonly type: string; readonly ticks: { callback: (value: number) => string } }
    >;
    readonly plugins: {
      readonly tooltip: {
        readonly callbacks: {
          title: (items: { dataIndex: number; label: string }[]) => string;
          label: (item: { raw: unknown }) => string;
        };
      };
    };
  };
}

const mockDrawings: Drawing[] = [];

jest.mock('chart.js', () => ({
  Chart: class {
    static readonly register: () => void = () => undefined;
    private readonly drawing: Drawing;
    constructor(canvas: HTMLCanvasElement, config: ChartConfig) {
      this.drawing = { canvas, config, destroyed: false };
      mockDrawings.push(this.drawing);
    }
    destroy() {
      this.drawing.destroyed = true;
    }
  },
}));

const points: Point[] = [
  { label: 'page viewed', title: 'The page', value: 12_345 },
  { label: 'nothing', value: 0 },
];
const FRAME_MS = 20;

beforeEach(() => {
  mockDrawings.length = 0;
  Object.assign(globalThis, { matchMedia: () => new EventTarget() });
  jest.useFakeTimers();
});
afterEach(() => jest.useRealTimers());

describe('Plot', () => {
  const open = async (direction: 'lying' | 'standing'): Promise<Screen<Plot>> => {
    const screen = await render(Plot, { points, label: 'Bars of events', unit: 'events', direction });
    await jest.advanceTimersByTimeAsync(FRAME_MS);
    return screen;
  };

  it('is one image with a name, drawn once', async () => {
    const screen = await open('standing');
    const canvas = screen.one('canvas', HTMLCanvasElement);
    expect([canvas.role, canvas.ariaLabel]).toEqual(['img', 'Bars of events']);
    expect(mockDrawings.map((drawing) => drawing.canvas)).toEqual([canvas]);
  });

  it.each([
    ['standing', 'x', '220px'],
    ['lying', 'y', '76px'],
  ] as const)('has room for its bars: %s', async (direction, axis, height) => {
    const screen = await open(direction);
    expect(mockDrawings[0].config.options.indexAxis).toBe(axis);
    expect((screen.root as HTMLElement).style.blockSize).toBe(height);
  });

  it('is drawn anew for other numbers and in the colours of another theme, and one at a time', async () => {
    const screen = await open('standing');
    await screen.set({ points: [{ label: 'new', value: 1 }] });
    await jest.advanceTimersByTimeAsync(FRAME_MS);
    TestBed.inject(ThemeStore).choose('dark');
    await jest.advanceTimersByTimeAsync(FRAME_MS);
    expect(mockDrawings.map(({ config }) => config.data.labels[0])).toEqual(['page viewed', 'new', 'new']);
    expect(mockDrawings.map(({ destroyed }) => destroyed)).toEqual([true, true, false]);
    TestBed.resetTestingModule();
    expect(mockDrawings[2].destroyed).toBe(true);
  });
});

describe('barChart', () => {
  const options = { unit: 'events', locale: 'en', font: '', bar: '', ink: '', inkSoft: '', line: '', surface: '' };
  const draw = (lying: boolean, some: readonly Point[] = points): ChartConfig => {
    barChart(document.createElement('canvas'), some, { ...options, lying });
    return mockDrawings[0].config;
  };
  const chart = (width: number, label: string) => ({ chart: { width }, getLabelForValue: () => label });

  it('draws no bar for nothing, however short the shortest one is', () => {
    expect(draw(true).data.datasets[0].data).toEqual([12_345, null]);
  });

  it('shortens the numbers of the axis, and tells the exact ones', () => {
    const { scales, plugins } = draw(false).options;
    expect([scales.x.type, scales.y.type]).toEqual(['category', 'linear']);
    expect([0, 1500, 2_000_000].map((value) => scales.y.ticks.callback(value))).toEqual(['0', '1.5K', '2M']);
    expect(plugins.tooltip.callbacks.label({ raw: 12_345 })).toBe('12,345 events');
  });

  it('tells the title of a bar, or its label', () => {
    const { title } = draw(false).options.plugins.tooltip.callbacks;
    expect(title([{ dataIndex: 0, label: 'page viewed' }])).toBe('The page');
    expect(title([{ dataIndex: 1, label: 'nothing' }])).toBe('nothing');
  });

  it.each([
    [true, 1000, 'x'.repeat(28), 'x'.repeat(28)],
    [true, 1000, 'x'.repeat(29), `${'x'.repeat(27)}…`],
    [true, 140, 'x'.repeat(29), `${'x'.repeat(9)}…`],
    [false, 140, 'x'.repeat(28), 'x'.repeat(28)],
  ])('cuts a name where there is no room (lying: %s, %d px)', (lying, width, label, text) => {
    const { callback } = draw(lying).options.scales[lying ? 'y' : 'x'].ticks;
    expect(callback.call(chart(width, label) as never, 0)).toBe(text); // all that is read of a chart
  });
});
