import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppModule } from '../../server/app.module.js';
import { openApiText } from '../../server/http/openapi.js';

describe('client/openapi.json', () => {
  it('describes the API as it is (`npm run api` brings it up to date)', async () => {
    expect(readFileSync(join(__dirname, '../../client/openapi.json'), 'utf8')).toBe(await openApiText(AppModule));
  });
});
