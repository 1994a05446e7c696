import 'reflect-metadata';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppModule } from '../../server/app.module.js';
import { openApiText } from '../../server/http/openapi.js';
import { ThreadsModule } from '../../server/threads.module.js';
import { temporaryFolder } from '../support/engine.js';

const ROOT = join(__dirname, '../..');
const CLIENT = join(ROOT, 'client/app/api');

/** The files below a folder with their texts. */
function filesOf(folder: string): Map<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((file) => join(file.parentPath, file.name)).sort();
  return new Map(paths.map((path) => [path.slice(folder.length), readFileSync(path, 'utf8')]));
}

// `npm run api` brings both up to date.
describe('the description of the API', () => {
  it('is client/openapi.json', async () => {
    expect(readFileSync(join(ROOT, 'client/openapi.json'), 'utf8')).toBe(
      await openApiText(ThreadsModule.none(AppModule)),
    );
  });

  it('is what the client in client/app/api is generated from', () => {
    const folder = temporaryFolder();
    try {
      const generator = join(ROOT, 'node_modules/ng-openapi-gen/lib/index.js');
      const config = ['--config', 'client/ng-openapi-gen.json', '--output', folder.path, '--silent', 'true'];
      execFileSync(process.execPath, [generator, ...config], { cwd: ROOT, stdio: 'pipe' });
      expect(filesOf(folder.path)).toEqual(filesOf(CLIENT));
    } finally {
      folder.remove();
    }
  });
});
