const FORBIDDEN = /[\p{Cc}/\\:*?"<>|]+/gu;
const MOST_CHARACTERS = 80;

/**
 * The name of an exported file: what it has, and the day in the time zone of the reader.
 *
 * @param segment the name of a segment; null for a list without one
 * @param extension without the dot
 */
export function exportFileName(segment: string | null, day: Date, extension: string): string {
  const words = (segment ?? '')
    .replace(FORBIDDEN, ' ')
    .trim()
    .toLowerCase()
    .split(/[\s.]+/u)
    .join('-');
  const name = Array.from(words).slice(0, MOST_CHARACTERS).join('') || 'customers';
  const digits = (value: number): string => String(value).padStart(2, '0');
  return `${name}-${day.getFullYear()}-${digits(day.getMonth() + 1)}-${digits(day.getDate())}.${extension}`;
}
