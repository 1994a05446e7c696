import type { DynamicModule, INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { httpAdapter } from './http-adapter.js';
import { givePermission } from './route-permission.js';

/** Paths of the description, and of its viewer. */
const DESCRIPTION = /^\/(?:docs|docs-yaml|openapi\.json)(?:\/|$)/;

/** Describes the API. The web client is generated from the description. */
function describeApi(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('Roster')
    .setDescription(
      'One true record per customer, from a stream of behavioural messages.' +
        ' The ids `.` and `..` can not be in a path, as URL parsers take them out: `/customer?id=..` stands for `/customers/..`, and `/customer/history?id=..` for its history.',
    )
    .setVersion('1')
    .addServer('/')
    .addBearerAuth(
      { type: 'http', scheme: 'bearer', description: 'A token, `rst_…`. An open server needs none.' },
      'token',
    )
    .addBasicAuth(
      {
        type: 'http',
        scheme: 'basic',
        description: 'The key of a source as the user name, without a password. It opens the live paths alone.',
      },
      'source',
    )
    .addSecurityRequirements('token')
    .addTag('customers')
    .addTag('segments')
    .addTag('overview')
    .addTag('bulk-edits')
    .addTag('exports')
    .addTag('ingestions')
    .addTag('imports')
    .addTag('messages')
    .addTag('sources')
    .addTag('access')
    .addTag('health')
    .build();
  return SwaggerModule.createDocument(app, config);
}

/** Serves the description at `/openapi.json`, and a viewer for it at `/docs`. */
export function serveApiDocs(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  givePermission(fastify, ['read'], (url) => DESCRIPTION.test(url));
  SwaggerModule.setup('docs', app, () => describeApi(app), {
    jsonDocumentUrl: 'openapi.json',
    customSiteTitle: 'Roster API',
  });
}

/** Makes the text of `client/openapi.json` without creating a provider: it opens no database and no port, and reads no file. */
export async function openApiText(module: DynamicModule): Promise<string> {
  const app = await NestFactory.create(module, httpAdapter(), { preview: true, logger: false, abortOnError: false });
  return `${JSON.stringify(describeApi(app), undefined, 2)}\n`;
}
