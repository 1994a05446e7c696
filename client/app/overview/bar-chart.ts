import { BarController, BarElement, CategoryScale, Chart, LinearScale, Tooltip } from 'chart.js';

Chart.register(BarController, BarElement, CategoryScale, LinearScale, Tooltip);

const LONGEST_LABEL = 28;

export interface BarOptions {
  readonly lying: boolean;
  /** What the values count. */
  readonly unit: string;
  readonly locale: string;
}

/** Bars without data and colours yet. Loaded on its own: it brings the library. */
export function barChart(canvas: HTMLCanvasElement, { lying, unit, locale }: BarOptions): Chart {
  const compact = new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 });
  const exact = new Intl.NumberFormat(locale);
  const values = {
    type: 'linear' as const,
    beginAtZero: true,
    border: { display: false },
    grid: {},
    ticks: { precision: 0, maxTicksLimit: 6, callback: (value: string | number) => compact.format(Number(value)) },
  };
  const names = {
    type: 'category' as const,
    border: { display: false },
    grid: { display: false },
    ticks: {
      autoSkip: !lying,
      maxRotation: 0,
      autoSkipPadding: 24,
      callback(this: { getLabelForValue(value: number): string }, value: string | number) {
        const label = this.getLabelForValue(Number(value));
        return label.length > LONGEST_LABEL ? `${label.slice(0, LONGEST_LABEL - 1)}…` : label;
      },
    },
  };
  return new Chart(canvas, {
    type: 'bar',
    data: { labels: [], datasets: [{ data: [], borderRadius: 3, maxBarThickness: 28, minBarLength: 2 }] },
    options: {
      indexAxis: lying ? 'y' : 'x',
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      interaction: { mode: 'index', axis: lying ? 'y' : 'x', intersect: false },
      scales: lying ? { x: values, y: names } : { x: names, y: values },
      plugins: {
        tooltip: {
          displayColors: false,
          padding: 10,
          cornerRadius: 7,
          callbacks: { label: ({ raw }) => `${exact.format(Number(raw))} ${unit}` },
        },
      },
    },
  });
}
