import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';

/** The description of the API, which the web client is generated from. */
export function describeApi(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('Roster')
    .setDescription('One true record per customer, from a stream of behavioural messages.')
    .setVersion('1')
    .addServer('/')
    .addTag('customers')
    .addTag('ingestions')
    .addTag('health')
    .build();
  return SwaggerModule.createDocument(app, config);
}

/** Serves the description at `/openapi.json` and shows it at `/docs`. */
export function serveApiDocs(app: INestApplication): void {
  SwaggerModule.setup('docs', app, () => describeApi(app), {
    jsonDocumentUrl: 'openapi.json',
    customSiteTitle: 'Roster API',
  });
}
