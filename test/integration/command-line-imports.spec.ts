import { buildSync } from 'esbuild';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');
/** Packages of the HTTP side. They take a quarter of the start of a command. */
const HTTP_ONLY = ['@nestjs/swagger', '@nestjs/platform-fastify', 'class-transformer', 'class-validator', 'fastify'];

/** The packages that a module loads with everything that it imports at once. */
function packagesOf(entry: string): string[] {
  const { metafile } = buildSync({
    entryPoints: [join(ROOT, entry)],
    outdir: join(ROOT, 'dist'),
    bundle: true,
    splitting: true,
    write: false,
    metafile: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    absWorkingDir: ROOT,
    tsconfig: join(ROOT, 'server/tsconfig.json'),
  });
  const { outputs } = metafile;
  const [first] = Object.entries(outputs).find(([, { entryPoint }]) => entryPoint === entry) ?? [''];
  const loaded = new Set([first]);
  for (const path of loaded) {
    for (const { path: next, kind, external } of path in outputs ? outputs[path].imports : []) {
      if (kind === 'import-statement' || external === true) loaded.add(next);
    }
  }
  return [...loaded];
}

describe('the command line', () => {
  it('loads no package that only the server needs', () => {
    const packages = packagesOf('server/cli.module.ts');
    expect(packages).toContain('nest-commander');
    expect(packages.filter((name) => HTTP_ONLY.includes(name))).toEqual([]);
  });

  it('is told apart from the server, which loads them', () => {
    expect(packagesOf('server/app.module.ts')).toEqual(expect.arrayContaining(['@nestjs/swagger', 'class-validator']));
  });
});
