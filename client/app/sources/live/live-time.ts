import { LOCALE } from '../../core/locale';
import { once } from '../../core/once';

const clock = once(
  () =>
    new Intl.DateTimeFormat(LOCALE, {
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      fractionalSecondDigits: 3,
    }),
);
const moment = once(
  () =>
    new Intl.DateTimeFormat(LOCALE, {
      year: 'numeric',
      month: 'short',
      day: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      fractionalSecondDigits: 3,
    }),
);

/** The time of day with milliseconds. @param time RFC 3339 */
export function clockText(time: string): string {
  return format(clock(), time);
}

/** Day and time with milliseconds. @param time RFC 3339 */
export function momentText(time: string): string {
  return format(moment(), time);
}

function format(formatter: Intl.DateTimeFormat, time: string): string {
  const at = Date.parse(time);
  return Number.isNaN(at) ? time : formatter.format(at);
}
