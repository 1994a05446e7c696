import { JsonNumber, JsonValue } from '../../core/exact-json';
import { viewOf } from './value-view';

describe('a value as a person sees it', () => {
  it.each<[string, JsonValue, object]>([
    ['created_at', '1542474417', { kind: 'time', seconds: 1542474417, text: '1542474417' }],
    ['last_seen_at', 1542474417000, { kind: 'time', seconds: 1542474417, text: '1542474417000' }],
    [
      'anything',
      '2018-11-17T17:06:57.5+01:00',
      { kind: 'time', seconds: 1542470817.5, text: '2018-11-17T17:06:57.5+01:00' },
    ],
    ['anything', '2018-11-17T17:06:57', { kind: 'text', text: '2018-11-17T17:06:57' }],
    ['anything', '2018-99-17T17:06:57Z', { kind: 'text', text: '2018-99-17T17:06:57Z' }],
    ['last_seen', 1542474417, { kind: 'number', text: '1542474417' }],
    ['watch_time', 160000000, { kind: 'number', text: '160000000' }],
    ['phone', '1542474417', { kind: 'text', text: '1542474417' }],
    ['cat', 1542474417, { kind: 'number', text: '1542474417' }],
    ['score', 1.5, { kind: 'number', text: '1.5' }],
    ['id2', new JsonNumber('3544790567247868102'), { kind: 'number', text: '3544790567247868102' }],
    ['price', new JsonNumber('19.90'), { kind: 'number', text: '19.90' }],
    ['vip', false, { kind: 'boolean', text: 'false' }],
    ['site', 'https://example.com/7', { kind: 'link', text: 'https://example.com/7', href: 'https://example.com/7' }],
    ['site', 'javascript:alert(1)', { kind: 'text', text: 'javascript:alert(1)' }],
    ['site', 'see https://example.com', { kind: 'text', text: 'see https://example.com' }],
    ['email', 'a@example.com', { kind: 'link', text: 'a@example.com', href: 'mailto:a@example.com' }],
    ['email', 'a&b%c@x.example', { kind: 'link', text: 'a&b%c@x.example', href: 'mailto:a%26b%25c@x.example' }],
    ['email', 'a@example.com?bcc=b@c.d', { kind: 'text', text: 'a@example.com?bcc=b@c.d' }],
    ['tags', [], { kind: 'json', value: [] }],
  ])('%s: %j', (name, value, view) => expect(viewOf(name, value)).toEqual(view));
});
