import { SOURCE_KINDS } from './source';
import { SNIPPET_NAME, SnippetId, placeholderKey, snippetsOf } from './snippets';

const BASE = 'http://127.0.0.1:1323';
const textOf = (id: SnippetId, key = 'rsk_abc', base = BASE): string => {
  const kind = SOURCE_KINDS.find((one) => snippetsOf(one, key, base).some((snippet) => snippet.id === id)) ?? 'http';
  return snippetsOf(kind, key, base).find((snippet) => snippet.id === id)?.text ?? '';
};

describe('snippets', () => {
  it('are there for every client, with its own name', () => {
    const offered = new Set(SOURCE_KINDS.flatMap((kind) => snippetsOf(kind, 'k', BASE).map(({ id }) => id)));
    expect([...offered].sort()).toEqual(Object.keys(SNIPPET_NAME).sort());
    expect(new Set(Object.values(SNIPPET_NAME)).size).toBe(offered.size);
  });

  it.each(SOURCE_KINDS)('hold the key and the address of the server: %s', (kind) => {
    const key = kind === 'customerio' ? 'site1:secret2' : 'rsk_abc';
    for (const { id, text } of snippetsOf(kind, key, BASE)) {
      for (const part of id.startsWith('customerio-node') ? key.split(':') : [key])
        expect([id, text]).toEqual([id, expect.stringContaining(part)]);
      expect([id, text]).toEqual([id, expect.stringContaining('127.0.0.1')]);
      expect([id, text]).toEqual([id, expect.stringContaining('1323')]);
    }
  });

  it('have a placeholder that looks like the key of their kind', () => {
    expect(SOURCE_KINDS.map(placeholderKey)).toEqual(['YOUR_KEY', 'YOUR_KEY', 'SITE_ID:API_KEY', 'YOUR_KEY']);
  });

  it('send a key without a colon as the user name of curl, so that it asks for no password', () => {
    expect(textOf('curl')).toContain(`-u 'rsk_abc:'`);
    expect(snippetsOf('customerio', 'site:api', BASE).at(-1)?.text).toContain(`-u 'site:api'`);
    expect(snippetsOf('http', '', BASE)[0].text).toContain(`${BASE}/messages -H`);
  });

  it.each([
    ['http://roster.test', `port: 80,\n  protocol: 'http:'`],
    ['http://roster.test:1323', `port: 1323,\n  protocol: 'http:'`],
    ['https://roster.test', `{ url: 'https://roster.test/api/v1' }`],
    ['https://roster.test:8443', `{ url: 'https://roster.test/api/v1', port: 8443 }`],
  ])('give scheme and port to customerio-node 4, which reads neither from %s', (base, options) => {
    expect(textOf('customerio-node-4', 'site:api', base)).toContain(options);
  });

  it('name host, path and protocol apart where a browser wants them', () => {
    expect(textOf('segment-browser', 'rsk_abc', 'https://roster.test')).toContain(
      `'Segment.io': { apiHost: 'roster.test/v1', protocol: 'https' }`,
    );
    expect(textOf('customerio-browser', 'a:b')).toContain(
      `'Customer.io Data Pipelines': { apiHost: '127.0.0.1:1323/v1', protocol: 'http' }`,
    );
  });
});
