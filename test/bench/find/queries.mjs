// The queries that are measured, by kind.
import { attributesOf, idOf } from './million.mjs';

/** @returns {[name: string, query: (n: number) => object][]} each kind with its query of round n; filters are texts, pages count from 0 */
export function kinds(customers) {
  const far = [0, 7, 400, Math.floor(customers / 2500), Math.floor(customers / 50)];
  const at = (n) => Math.floor((n * 7919 * customers) / 1_000_003) % customers;
  const search = (name, texts, more = {}) => [name, (n) => ({ search: texts[n % texts.length], ...more })];
  const filter = (name, filters, more = {}) => [name, (n) => ({ filters: filters[n % filters.length], ...more })];
  return [
    ['search an id', (n) => ({ search: idOf(at(n)) })],
    ['search an email', (n) => ({ search: attributesOf(at(n)).email })],
    ['search as typed: an email', (n) => ({ search: attributesOf(at(n)).email.slice(0, 4 + (n % 12)) })],
    ['search a token', (n) => ({ search: attributesOf(at(n)).token.slice(3, 15) })],
    ['search a phone', (n) => ({ search: attributesOf(at(n)).phone.slice(4) })],
    search('search 1 character', ['a', '7', 'z', 'q', '@', '"', 'ü', '_', 'x', '漢']),
    search('search 2 characters', ['an', '12', 'zü', 'qu', '@g', 'zz', 'q7', '__', 'co', 'ß!']),
    search('search 3 characters', ['ann', '123', 'zür', 'qui', '@gm', 'zzz', 'q7x', 'com', 'usr', 'ltd']),
    search('search common', [
      'example',
      'smith',
      'gmail.com',
      'https://',
      'lorem ipsum',
      'käthe',
      'enterprise',
      'user_',
    ]),
    search('search rare', ['smith777@', '4999 ltd', '255.255.', 'user_12345', 'osaka9']),
    search('search absent', ['nobody at all', 'xyzzy', 'gmail.comx', 'smithx', '@example.net', 'lorem  ipsum']),
    search('search common, by email', ['example', 'smith', 'gmail.com', 'ann', 'a'], { sort: 'email' }),
    search('search common, by last_updated desc', ['example', 'smith', 'gmail.com', 'ann', 'a'], {
      sort: 'last_updated',
      order: 'desc',
    }),
    ['search 3 characters, deep', (n) => ({ search: ['ann', 'com', 'smi', 'pro'][n % 4], page: far[n % 5] })],
    filter('is, few', [['attribute:plan:is:enterprise'], ['attribute:city:is:Lagos'], ['attribute:vip:is:true']]),
    filter('is, most', [['attribute:plan:is:free'], ['attribute:vip:is:false'], ['attribute:locale:is:de-CH']]),
    ['is, one', (n) => ({ filters: [`attribute:token:is:${attributesOf(at(n)).token}`] })],
    ['is, nobody', (n) => ({ filters: [`attribute:${['token', 'plan', 'none'][n % 3]}:is:nobody`] })],
    filter('is not', [['attribute:plan:is_not:free'], ['attribute:token:is_not:abc'], ['attribute:none:is_not:x']]),
    filter('contains, listed values', [
      ['attribute:city:contains:l'],
      ['attribute:plan:contains:ent'],
      ['attribute:first_name:contains:an'],
    ]),
    filter('contains, common', [
      ['attribute:email:contains:smith'],
      ['attribute:email:contains:gmail'],
      ['attribute:notes:contains:lorem'],
      ['attribute:phone:contains:1'],
    ]),
    filter('contains, rare', [
      ['attribute:token:contains:abcdef'],
      ['attribute:company:contains:4999'],
      ['attribute:referrer:contains:/99999'],
    ]),
    filter('starts with, listed values', [['attribute:city:starts_with:zu'], ['attribute:plan:starts_with:e']]),
    filter('starts with, common', [['attribute:email:starts_with:anna'], ['attribute:phone:starts_with:%2B41 1']]),
    filter('starts with, rare', [['attribute:token:starts_with:abcd'], ['attribute:last_ip:starts_with:1.2.3.']]),
    filter('is any of', [['attribute:city:is_any_of:Lagos:Osaka:Kyiv'], ['attribute:plan:is_any_of:pro:enterprise']]),
    filter('numbers', [
      ['attribute:score:above:99'],
      ['attribute:score:at_least:18.5'],
      ['attribute:score:below:0.1'],
      ['attribute:created_at:at_most:1500000000'],
      ['attribute:token:above:1'],
    ]),
    filter('times', [
      ['attribute:created_at:after:2017-07-14'],
      ['attribute:created_at:before:2014-06-01T00:00:00Z'],
      ['attribute:created_at:on:2015-04-03'],
      ['attribute:created_at:after:-30d'],
    ]),
    filter('four at once', [
      [
        'attribute:score:above:50',
        'attribute:created_at:after:2016-01-01',
        'attribute:plan:is:pro',
        'event:page:at_least:1',
      ],
      ['attribute:score:below:20', 'attribute:city:starts_with:z', 'attribute:vip:is:false', 'event:export:never'],
      [
        'attribute:created_at:on:2015-04-03',
        'attribute:score:at_most:50',
        'attribute:plan:is_any_of:free:pro',
        'attribute:email:exists',
      ],
    ]),
    search('search two words', ['anna smith', 'käthe zurich', 'lorem ipsum pro', 'bill 4999']),
    search('search, exact first', ['anna', 'Osaka', 'smith', 'free', 'a'], { ranked: true }),
    filter('exists', [['attribute:plan:exists'], ['attribute:none:exists'], ['attribute:email:not_exists']]),
    filter('event', [
      ['event:purchase:at_least:2'],
      ['event:page:at_least:1'],
      ['event:export:never'],
      ['event:login:at_most:1'],
    ]),
    filter('event within days', [
      ['event:page:at_least:1:within:-7d'],
      ['event:page:never:within:-30d'],
      ['event:purchase:at_least:1:within:today'],
      ['event:login:at_most:0:within:-12h'],
    ]),
    filter('event within a year', [
      ['event:page:at_least:3:within:this_year'],
      ['event:page:never:within:-365d'],
      ['event:purchase:at_least:2:within:-399d'],
      ['event:login:at_most:1:within:this_year'],
    ]),
    filter('event within, combined', [
      ['attribute:plan:is:pro', 'event:purchase:at_least:1:within:-30d', 'event:page:never:within:-7d'],
      ['attribute:city:is:Osaka', 'event:page:at_least:2:within:this_year', 'attribute:score:above:50'],
    ]),
    filter('last updated', [
      ['last_updated:after:1590000000'],
      ['last_updated:before:1500001000'],
      ['last_updated:after:1500000000'],
    ]),
    filter('combined', [
      ['attribute:plan:is:pro', 'event:purchase:at_least:1', 'last_updated:after:1550000000'],
      ['attribute:city:is:Osaka', 'attribute:email:contains:gmail', 'event:page:never'],
      ['attribute:vip:is:true', 'attribute:locale:is_not:en-US', 'attribute:company:exists'],
    ]),
    filter('combined, by email', [['attribute:plan:is:pro', 'event:purchase:at_least:1'], ['attribute:plan:is:free']], {
      sort: 'email',
    }),
    [
      'combined with search',
      (n) => ({
        search: ['smith', 'ann', 'gmail', 'zz'][n % 4],
        filters: ['attribute:plan:is:pro', 'attribute:vip:is:false'],
      }),
    ],
    ['by email', (n) => ({ sort: 'email', order: n % 2 ? 'desc' : 'asc', page: far[n % 5] })],
    ['by created_at', (n) => ({ sort: 'created_at', order: n % 2 ? 'desc' : 'asc', page: far[n % 5] })],
    ['by last_updated', (n) => ({ sort: 'last_updated', order: n % 2 ? 'desc' : 'asc', page: far[n % 5] })],
    ['by id desc', (n) => ({ sort: 'id', order: 'desc', page: far[n % 5] })],
    [
      'filter, deep, by created_at',
      (n) => ({ filters: ['attribute:plan:is_not:pro'], sort: 'created_at', page: far[n % 5] }),
    ],
  ];
}
