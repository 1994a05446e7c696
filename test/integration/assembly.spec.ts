import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LIMITS } from '../../server/domain/limits.js';

const root = join(__dirname, '../..');
const PRINT =
  "import('./server/build/write-assembly.mjs').then(async (m) => process.stdout.write(await m.assemblyModule()))";

describe('the compiled assembly', () => {
  it('is what its sources say', () => {
    const compiled = execFileSync(process.execPath, ['-e', PRINT], { cwd: root, encoding: 'utf8' });
    expect(readFileSync(join(root, 'server/ingestion/scanning/assembly.generated.ts'), 'utf8') === compiled).toBe(true);
  });

  it('has the limits of the domain', () => {
    const source = ['scan', 'attributes']
      .map((name) => readFileSync(join(root, `server/ingestion/assembly/${name}.ts`), 'utf8'))
      .join('');
    const limit = (name: string): number =>
      Number(new RegExp(`const ${name}: usize = ([\\d_]+);`).exec(source)?.[1].replaceAll('_', ''));
    expect({
      messageIdBytes: limit('MESSAGE_ID_BYTES'),
      userIdBytes: limit('USER_ID_BYTES'),
      eventNameBytes: limit('EVENT_NAME_BYTES'),
      attributeNameBytes: limit('ATTRIBUTE_NAME_BYTES'),
      attributeValueBytes: limit('ATTRIBUTE_VALUE_BYTES'),
    }).toEqual({
      messageIdBytes: LIMITS.messageIdBytes,
      userIdBytes: LIMITS.userIdBytes,
      eventNameBytes: LIMITS.eventNameBytes,
      attributeNameBytes: LIMITS.attributeNameBytes,
      attributeValueBytes: LIMITS.attributeValueBytes,
    });
  });
});
