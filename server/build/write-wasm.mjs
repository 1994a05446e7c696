// Compiles the scanner and the fold to WebAssembly, and writes the module into the sources: `npm run wasm`.
import asc from 'assemblyscript/asc';
import { Buffer } from 'node:buffer';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const OPTIONS = ['--runtime', 'stub', '--enable', 'simd', '--enable', 'bulk-memory', '-O3', '--noAssert'];

/** Compiles; returns the text of wasm-module.generated.ts. */
async function wasmModule() {
  const files = new Map();
  const { error, stderr } = await asc.main(
    ['server/ingestion/wasm/index.ts', '--outFile', 'module.wasm', '--use', 'abort=', '--baseDir', root, ...OPTIONS],
    { writeFile: (name, contents) => files.set(name, contents) },
  );
  if (error) throw new Error(`${error.message}\n${stderr.toString()}`);
  const base64 = Buffer.from(files.get('module.wasm')).toString('base64');
  const lines = base64.match(/.{1,120}/g).map((line) => `  '${line}',`);
  return `// Compiled from ingestion/wasm/index.ts by \`npm run wasm\`. Do not edit.\nexport const WASM_MODULE = [\n${lines.join('\n')}\n].join('');\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(`${root}server/ingestion/folding/wasm-module.generated.ts`, await wasmModule());
}
