import { LOCALE } from './locale';
import { once } from './once';

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

const formats = UNITS.map((unit, index) =>
  once(
    () =>
      new Intl.NumberFormat(LOCALE, {
        style: 'unit',
        unit,
        unitDisplay: index === 0 ? 'long' : 'short',
        maximumFractionDigits: index > 1 ? 1 : 0,
      }),
  ),
);
const durations = {
  short: once(
    () =>
      new Intl.NumberFormat(LOCALE, {
        style: 'unit',
        unit: 'second',
        unitDisplay: 'narrow',
        maximumFractionDigits: 1,
      }),
  ),
  second: once(
    () =>
      new Intl.NumberFormat(LOCALE, {
        style: 'unit',
        unit: 'second',
        unitDisplay: 'narrow',
        maximumFractionDigits: 0,
      }),
  ),
  minute: once(() => new Intl.NumberFormat(LOCALE, { style: 'unit', unit: 'minute', unitDisplay: 'narrow' })),
};

/** Formats bytes in the largest decimal unit that fits: "1.2 MB". */
export function sizeText(bytes: number): string {
  const index = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  return formats[index]().format(bytes / 1000 ** index);
}

/** Formats a duration: "0.4s", "12s", "3m 20s". */
export function durationText(seconds: number): string {
  if (seconds < 10) return durations.short().format(seconds);
  if (seconds < 60) return durations.second().format(seconds);
  return `${durations.minute().format(Math.floor(seconds / 60))} ${durations.second().format(Math.floor(seconds % 60))}`;
}
