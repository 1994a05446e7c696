import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(__dirname, '../../client/locale');
const UNIT = /<unit id="(\d+)">([\s\S]*?)<\/unit>/g;
const SOURCE = /<source>([\s\S]*?)<\/source>/;
const TARGET = /<target>([\s\S]*?)<\/target>/;
const PLACEHOLDER = /equiv(?:Start)?="([^"]+)"/g;

const TEMPLATES = join(__dirname, '../../client/app');
/** A tag with its attributes, whose values may hold anything but a quote. */
const TAG = /<[a-z][\w-]*(?:\s+[^\s"'=<>`]+(?:="[^"]*")?)*\s*\/?>/g;
const SPOKEN = /\s(aria-label|title|placeholder|heading|alt)="[^"]*[^\W\d_][^"]*"/g;

const placeholders = (text: string): string[] => [...text.matchAll(PLACEHOLDER)].map((match) => match[1]).sort();

it('every attribute that a person reads or hears is marked for translation', () => {
  const files = readdirSync(TEMPLATES, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /(?<!\.spec)\.(?:html|ts)$/.test(file),
  );
  const missing = files.flatMap((file) => {
    const tags = readFileSync(join(TEMPLATES, file), 'utf8').match(TAG) ?? [];
    return tags.flatMap((tag) =>
      [...tag.matchAll(SPOKEN)].filter(([, name]) => !tag.includes(`i18n-${name}`)).map(([text]) => `${file}:${text}`),
    );
  });
  expect(missing).toEqual([]);
});

// `npm run i18n` brings the units up to date. The build fails for a text that has none.
describe('the translation', () => {
  const files = readdirSync(FOLDER).filter((name) => /^messages\.\w+\.xlf$/.test(name));

  it('is there', () => expect(files).toEqual(['messages.de.xlf']));

  it.each(files)('%s has every text, with everything that is put into it', (file) => {
    const units = [...readFileSync(join(FOLDER, file), 'utf8').matchAll(UNIT)];
    expect(units.length).toBeGreaterThan(100);
    const wrong = units
      .map(([, id, unit]) => ({ id, source: SOURCE.exec(unit)?.[1] ?? '', target: TARGET.exec(unit)?.[1] ?? '' }))
      .filter(({ source, target }) => {
        return target.trim() === '' || placeholders(source).join() !== placeholders(target).join();
      });
    expect(wrong).toEqual([]);
  });
});
