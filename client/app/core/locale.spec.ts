import { localeOf } from './locale';

it.each([
  ['en', ['de-AT', 'en-GB', 'en-US'], 'en-GB'],
  ['de', ['de-AT'], 'de-AT'],
  ['en', ['en-US@posix', 'en-US'], 'en-US'],
  ['en', ['en-US@posix'], 'en'],
  ['en', [], 'en'],
])('a page in %s formats for a reader of %j as in %s', (page, preferred, locale) => {
  expect(localeOf(page, preferred)).toBe(locale);
});
