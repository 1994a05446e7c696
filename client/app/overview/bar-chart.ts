import { BarController, BarElement, CategoryScale, Chart, LinearScale, Tooltip } from 'chart.js';

Chart.register(BarController, BarElement, CategoryScale, LinearScale, Tooltip);

const LONGEST_LABEL = 28;
/** Width of a character of a label (px). Chart.js keeps half of the width for the bars, so a longer label would lose its beginning. */
const CHARACTER_PX = 7;

/** `label` is the text at the axis, `title` that of the tooltip. */
export interface Point {
  readonly label: string;
  readonly title?: string;
  readonly value: number;
}

export interface BarOptions {
  /** Horizontal bars leave room for a name each; vertical ones show a course of time. */
  readonly lying: boolean;
  /** Name of what the values count. */
  readonly unit: string;
  readonly locale: string;
  readonly font: string;
  readonly bar: string;
  readonly ink: string;
  readonly inkSoft: string;
  readonly line: string;
  readonly surface: string;
}

/** Draws bars on a canvas. A file of its own, so that Chart.js is loaded only when it is needed. */
export function barChart(canvas: HTMLCanvasElement, points: readonly Point[], options: BarOptions): Chart {
  const { lying, unit, locale } = options;
  const compact = new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 });
  const exact = new Intl.NumberFormat(locale);
  const values = {
    type: 'linear' as const,
    beginAtZero: true,
    border: { display: false },
    grid: { color: options.line },
    ticks: {
      color: options.inkSoft,
      precision: 0,
      maxTicksLimit: lying ? 6 : 5,
      callback: (value: string | number) => compact.format(Number(value)),
    },
  };
  const names = {
    type: 'category' as const,
    border: { display: false },
    grid: { display: false },
    ticks: {
      color: options.inkSoft,
      autoSkip: !lying,
      maxRotation: 0,
      autoSkipPadding: 24,
      callback(this: { chart: Chart; getLabelForValue(value: number): string }, value: string | number) {
        const label = this.getLabelForValue(Number(value));
        const longest = lying
          ? Math.min(LONGEST_LABEL, Math.floor(this.chart.width / 2 / CHARACTER_PX))
          : LONGEST_LABEL;
        return label.length > longest ? `${label.slice(0, longest - 1)}…` : label;
      },
    },
  };
  return new Chart(canvas, {
    type: 'bar',
    data: {
      labels: points.map(({ label }) => label),
      datasets: [
        {
          // A small value has a visible bar; zero has none.
          data: points.map(({ value }) => value || null),
          backgroundColor: options.bar,
          borderRadius: 3,
          maxBarThickness: lying ? 28 : 44,
          categoryPercentage: 0.86,
          barPercentage: 0.92,
          minBarLength: 2,
        },
      ],
    },
    options: {
      indexAxis: lying ? 'y' : 'x',
      animation: false,
      font: { family: options.font, size: 12 },
      responsive: true,
      maintainAspectRatio: false,
      interaction: { mode: 'index', axis: lying ? 'y' : 'x', intersect: false },
      scales: lying ? { x: values, y: names } : { x: names, y: values },
      plugins: {
        tooltip: {
          displayColors: false,
          backgroundColor: options.ink,
          titleColor: options.surface,
          bodyColor: options.surface,
          padding: 10,
          cornerRadius: 7,
          callbacks: {
            title: ([item]) => points[item.dataIndex].title ?? item.label,
            label: ({ raw }) => `${exact.format(Number(raw))} ${unit}`,
          },
        },
      },
    },
  });
}
