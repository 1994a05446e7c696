import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../..');
const PRINT = "import('./server/build/write-wasm.mjs').then(async (m) => process.stdout.write(await m.wasmModule()))";

describe('the compiled WebAssembly module', () => {
  it('is what its sources say', () => {
    const compiled = execFileSync(process.execPath, ['-e', PRINT], { cwd: root, encoding: 'utf8' });
    const kept = readFileSync(join(root, 'server/ingestion/folding/wasm-module.generated.ts'), 'utf8');
    expect(kept === compiled).toBe(true);
  });
});
