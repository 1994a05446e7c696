import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { LANGUAGES } from '../app/core/language';
import { TEXTS, type Texts } from './texts';

/** The texts of the admin in English, with their translations; without the marks around parts of them. */
function translations(language: string): Map<string, string> {
  const file = readFileSync(join(__dirname, `../locale/messages.${language}.xlf`), 'utf8');
  const plain = (marked: string) => marked.replace(/<[^>]*>/g, '').trim();
  const pairs = file.matchAll(/<source>(.*?)<\/source>\s*<target>(.*?)<\/target>/gs);
  return new Map(Array.from(pairs, ([, source, target]) => [plain(source), plain(target)]));
}

describe('the texts of a first view', () => {
  const names = Object.keys(TEXTS.en) as (keyof Texts)[];

  it('are there in every language', () => {
    expect(Object.keys(TEXTS)).toEqual(LANGUAGES.map(({ code }) => code));
  });

  it.each(Object.keys(TEXTS).filter((language) => language !== 'en'))('are those of the pages: %s', (language) => {
    const known = translations(language);
    const translated = Object.fromEntries(names.map((name) => [name, known.get(TEXTS.en[name])]));
    expect(TEXTS[language]).toEqual(translated);
  });
});
