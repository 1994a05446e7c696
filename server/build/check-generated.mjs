// npm run generated: runs the generators and fails when one of them changes a file. The file is up to date afterwards.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const GENERATORS = ['wasm', 'api'];

/** The generated files with their texts, by path. */
function generatedFiles() {
  const below = (folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name));
  const paths = [
    join(root, 'client/openapi.json'),
    ...below('client/app/api'),
    ...below('server').filter((path) => path.endsWith('.generated.ts')),
  ];
  return new Map(paths.map((path) => [path.slice(root.length), readFileSync(path, 'utf8')]));
}

const before = generatedFiles();
for (const name of GENERATORS) execFileSync('npm', ['run', '--silent', name], { cwd: root, stdio: 'inherit' });
const after = generatedFiles();
const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
  (path) => before.get(path) !== after.get(path),
);
if (changed.length > 0) {
  process.stderr.write(`Not what the sources say, and written anew by "npm run generated":\n${changed.join('\n')}\n`);
  process.exit(1);
}
