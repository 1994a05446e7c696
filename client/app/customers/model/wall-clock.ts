/** The text of a `datetime-local` field for a time (seconds since the Unix epoch), in the time zone of the reader. */
export function wallClockOf(seconds: number): string {
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return '';
  const two = (number: number): string => String(number).padStart(2, '0');
  const day = `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** The time in such a text, in seconds since the Unix epoch; null for none. */
export function secondsOfWallClock(text: string): number | null {
  const milliseconds = new Date(text).getTime();
  return text === '' || Number.isNaN(milliseconds) || milliseconds < 0 ? null : Math.floor(milliseconds / 1000);
}
