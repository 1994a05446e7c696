import { DOCUMENT, Injectable, inject } from '@angular/core';

export interface Language {
  readonly code: string;
  /** Name of the language in the language itself. */
  readonly name: string;
}

export const LANGUAGES: readonly Language[] = [
  { code: 'en', name: 'English' },
  { code: 'de', name: 'Deutsch' },
];

/** Name of the cookie that makes the server send the page in a language. Without it the languages of the browser decide. */
const COOKIE = 'roster-language';
const A_YEAR_S = 31_536_000;

/** The language of the page. Each language is a build of its own, so choosing another one loads the page again. */
@Injectable({ providedIn: 'root' })
export class LanguageChoice {
  private readonly document = inject(DOCUMENT);

  readonly current = this.document.documentElement.lang || 'en';

  choose(code: string): void {
    this.document.cookie = `${COOKIE}=${code}; Path=/; Max-Age=${A_YEAR_S}; SameSite=Lax`;
    this.document.defaultView?.location.reload();
  }
}
