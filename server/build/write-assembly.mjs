// Compiles the scanner and the fold to WebAssembly and puts it into the sources, for `npm run assembly`.
import asc from 'assemblyscript/asc';
import { Buffer } from 'node:buffer';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const OPTIONS = ['--runtime', 'stub', '--enable', 'simd', '--enable', 'bulk-memory', '-O3', '--noAssert'];

/** The text of the module that holds the compiled assembly. */
export async function assemblyModule() {
  const files = new Map();
  const { error, stderr } = await asc.main(
    [
      'server/ingestion/assembly/index.ts',
      '--outFile',
      'assembly.wasm',
      '--use',
      'abort=',
      '--baseDir',
      root,
      ...OPTIONS,
    ],
    { writeFile: (name, contents) => files.set(name, contents) },
  );
  if (error) throw new Error(`${error.message}\n${stderr.toString()}`);
  const base64 = Buffer.from(files.get('assembly.wasm')).toString('base64');
  const lines = base64.match(/.{1,120}/g).map((line) => `  '${line}',`);
  return `// Compiled from assembly/ by \`npm run assembly\`. Do not edit.\nexport const ASSEMBLY = [\n${lines.join('\n')}\n].join('');\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(`${root}server/ingestion/scanning/assembly.generated.ts`, await assemblyModule());
}
