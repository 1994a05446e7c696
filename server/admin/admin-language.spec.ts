import { languageOf } from './admin-language.js';

const BOTH = new Set(['de', 'en']);

describe('the language of a page', () => {
  it.each([
    ['nothing said', undefined, undefined, 'en'],
    ['German', undefined, 'de', 'de'],
    ['Austrian German first', undefined, 'de-AT,de;q=0.9,en;q=0.8', 'de'],
    ['English before German', undefined, 'en-GB,en;q=0.9,de;q=0.8', 'en'],
    ['weights against the order', undefined, 'en;q=0.1, DE;q=0.7', 'de'],
    ['one that is not there, then German', undefined, 'cs, de;q=0.5', 'de'],
    ['only one that is not there', undefined, 'cs', 'en'],
    ['anything', undefined, '*', 'en'],
    ['German not at all', undefined, 'de;q=0', 'en'],
    ['nonsense', undefined, ';;q=,,q=x', 'en'],
    ['a choice against the browser', 'roster-language=en', 'de', 'en'],
    ['a choice among other cookies', 'a=b; roster-language=de; c=d', 'en', 'de'],
    ['a choice that is not there', 'roster-language=../../etc', 'de', 'de'],
  ])('%s', (_what, cookie, acceptLanguage, expected) => {
    expect(languageOf({ cookie, 'accept-language': acceptLanguage }, BOTH)).toBe(expected);
  });

  it('is the one there is where English is not', () => {
    expect(languageOf({}, new Set(['de']))).toBe('de');
  });
});
