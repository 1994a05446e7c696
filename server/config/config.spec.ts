import { resolve } from 'node:path';
import { ConfigError, parseConfig } from './config.js';

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    parseConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('the configuration', () => {
  it('has defaults for all', () => {
    const config = parseConfig({ PORT: '', HOST: '  ' });
    expect(config).toEqual({
      host: '127.0.0.1',
      port: 1323,
      dataDir: resolve('data'),
      database: { kind: 'sqlite', path: resolve('data/roster.db') },
      databaseConnections: 10,
      ingestWorkers: expect.any(Number) as number,
      ingestMemoryMb: 512,
      cacheMb: 32,
      corsOrigins: undefined,
      allowedHosts: [],
      publicUrl: undefined,
      reusesPort: false,
      isPortPassed: false,
      isOpen: false,
      trustProxy: undefined,
      singleSignOn: undefined,
      durability: 'process',
      logEntries: 'all',
      logDays: undefined,
      trashDays: 30,
      displayName: [['name'], ['first_name', 'last_name'], ['email'], ['id']],
      logLevel: 'info',
      warnings: [],
    });
    expect(Object.isFrozen(config)).toBe(true);
  });

  it('takes what the environment says', () => {
    expect(
      parseConfig({
        HOST: '::1',
        PORT: '8080',
        REUSE_PORT: 'yes',
        LISTEN_FDS: '1',
        LISTEN_PID: String(process.pid),
        DATA_DIR: '/var/data',
        DATABASE_URL: 'memory:',
        DATABASE_CONNECTIONS: '25',
        INGEST_WORKERS: '3',
        INGEST_MEMORY_MB: '64',
        CACHE_MB: '0',
        CORS_ORIGINS: 'https://a.example, http://b.example:81/',
        ALLOWED_HOSTS: 'Roster.Example:8080, [fd00::1], bücher.example',
        PUBLIC_URL: 'https://roster.example/',
        ACCESS: 'open',
        TRUST_PROXY: '10.0.0.0/8, ::1, loopback',
        DURABILITY: 'power',
        LOG_ENTRIES: '1000',
        LOG_DAYS: '90',
        TRASH_DAYS: '7',
        DISPLAY_NAME: ' company ;Vorname  Nachname; id',
        LOG_LEVEL: 'silent',
      }),
    ).toEqual({
      host: '::1',
      port: 8080,
      reusesPort: true,
      isPortPassed: true,
      dataDir: '/var/data',
      database: { kind: 'memory' },
      databaseConnections: 25,
      ingestWorkers: 3,
      ingestMemoryMb: 64,
      cacheMb: 0,
      corsOrigins: ['https://a.example', 'http://b.example:81'],
      allowedHosts: ['roster.example', '[fd00::1]', 'xn--bcher-kva.example'],
      publicUrl: 'https://roster.example',
      isOpen: true,
      trustProxy: ['10.0.0.0/8', '::1', 'loopback'],
      durability: 'power',
      logEntries: 1000,
      logDays: 90,
      trashDays: 7,
      displayName: [['company'], ['Vorname', 'Nachname'], ['id']],
      logLevel: 'silent',
      warnings: [],
    });
  });

  it.each([
    ['file:/var/r.db', '/var/r.db'],
    ['file:///var/r.db', '/var/r.db'],
    ['file:r.db', resolve('r.db')],
  ])('finds the database of %s', (url, path) => {
    expect(parseConfig({ DATABASE_URL: url }).database).toEqual({ kind: 'sqlite', path });
  });

  it.each(['postgres://user:p%40ss@db.example:5433/roster', 'postgresql://db/roster?sslmode=require'])(
    'finds the database of %s',
    (url) => {
      expect(parseConfig({ DATABASE_URL: url }).database).toEqual({ kind: 'postgres', url });
    },
  );

  it.each([
    'postgres:roster',
    'postgres://db.example',
    'postgres://db.example/',
    'postgres://db.example/a/b',
    'postgres://db.example:port/roster',
    'postgres://user:%zz@db.example/roster',
  ])('refuses %s and says what it takes', (url) => {
    expect(problemsOf({ DATABASE_URL: url })).toEqual([
      expect.stringMatching(
        /^DATABASE_URL is "postgres:.*", but takes .*postgres:\/\/USER:PASSWORD@HOST:PORT\/DATABASE$/,
      ),
    ]);
  });

  it('takes any number of MiB from 1 on for the partial summary', () => {
    expect(parseConfig({ INGEST_MEMORY_MB: '1' }).ingestMemoryMb).toBe(1);
    expect(problemsOf({ INGEST_MEMORY_MB: '0' })).toHaveLength(1);
  });

  it.each(['1', '10', '10.0.0.0/8', 'fd00::/8,192.0.2.1', 'uniquelocal'])('trusts the proxies %s', (text) => {
    expect(problemsOf({ TRUST_PROXY: text })).toEqual([]);
  });

  it.each(['true', '0', '11', '-1', '10.0.0.0/33', '10.0.0.0/0', '10.0.0.0/8/8', 'proxy.example', '*', '0.0.0.0/0'])(
    'trusts no %s, which could be anything',
    (text) => {
      expect(problemsOf({ TRUST_PROXY: text })).toEqual([expect.stringMatching(/^TRUST_PROXY is .*, but takes /)]);
    },
  );

  it('warns of a CACHE_URL, whatever it is, and starts', () => {
    const { warnings } = parseConfig({ CACHE_URL: 'redis://:secret@cache:6379' });
    expect(warnings).toEqual([expect.stringMatching(/^CACHE_URL is ignored: /)]);
    expect(warnings.join()).not.toContain('secret');
  });

  it('caches nothing over PostgreSQL unless it is asked to', () => {
    expect(parseConfig({ DATABASE_URL: 'postgres://db/roster' }).cacheMb).toBe(0);
  });

  it('names every bad key at once', () => {
    const bad = {
      DATABASE_URL: 'mysql://user:secret@db',
      HOST: 'a b',
      PORT: '65536',
      DATABASE_CONNECTIONS: '1',
      INGEST_WORKERS: '0',
      INGEST_MEMORY_MB: 'lots',
      CACHE_MB: '-1',
      CORS_ORIGINS: '*',
      ALLOWED_HOSTS: '*.example.com',
      PUBLIC_URL: 'https://roster.example/admin',
      DURABILITY: 'disk',
      LOG_ENTRIES: 'none',
      LOG_DAYS: '0',
      TRASH_DAYS: 'never',
      DISPLAY_NAME: 'name;;email',
      LOG_LEVEL: 'loud',
    };
    const problems = problemsOf(bad);
    expect(problems.map((problem) => problem.split(' ')[0])).toEqual(Object.keys(bad));
    expect(problems.join()).not.toContain('secret');
    expect(() => parseConfig(bad)).toThrow(/PORT is "65536", but takes a port, 0 to 65535/);
  });
});
