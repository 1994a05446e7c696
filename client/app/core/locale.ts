/**
 * The locale for dates and numbers: the reader's own variant of the page's language (`en-GB` on an English page), else
 * the language itself, so that a date never speaks another language than the text around it.
 */
export const LOCALE: string = localeOf(document.documentElement.lang || 'en', navigator.languages);

export function localeOf(page: string, preferred: readonly string[]): string {
  return preferred.find((locale) => locale.split('-')[0] === page) ?? page;
}
