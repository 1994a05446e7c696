// npm run api: writes the description of the API, which the web client is generated from.
import { writeFileSync } from 'node:fs';
import { build } from './build.mjs';

await build('server');
await import('reflect-metadata');
const { AppModule } = await import('../../dist/modules/app.module.js');
const { ThreadsModule } = await import('../../dist/modules/threads.module.js');
const { openApiText } = await import('../../dist/modules/http/openapi.js');
writeFileSync(new URL('../../client/openapi.json', import.meta.url), await openApiText(ThreadsModule.none(AppModule)));
