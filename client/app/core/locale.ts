/**
 * The locale for dates and numbers: the reader's own variant of the page's language (`en-GB` on an English page), else
 * the language itself, so that a date never speaks another language than the text around it.
 */
export const LOCALE: string = localeOf(document.documentElement.lang || 'en', navigator.languages);

export function localeOf(page: string, preferred: readonly string[]): string {
  return preferred.find((locale) => locale.split('-')[0] === page && isLocale(locale)) ?? page;
}

/** Some browsers hand on what their system calls a locale (`en-US@posix`), at which every formatter would throw. */
function isLocale(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length > 0;
  } catch {
    return false;
  }
}
