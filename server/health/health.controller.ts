import { Controller, Get, Res } from '@nestjs/common';
import {
  ApiOkResponse,
  ApiOperation,
  ApiProperty,
  ApiPropertyOptional,
  ApiServiceUnavailableResponse,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Ingestor } from '../domain/ingestion/ingestor.js';
import { sendJson } from '../http/send.js';

export class Liveness {
  @ApiProperty({ enum: ['live'] })
  status!: 'live';
}

export class ReadinessProgress {
  @ApiProperty({ type: 'integer', description: 'Files that this start has to ingest.' })
  files!: number;

  @ApiProperty({ type: 'integer' })
  files_done!: number;

  @ApiProperty({ type: 'integer', format: 'int64' })
  bytes!: number;

  @ApiProperty({ type: 'integer', format: 'int64' })
  bytes_total!: number;

  @ApiPropertyOptional({ description: 'The file that is being read.' })
  current?: string;
}

export class Readiness {
  @ApiProperty({ enum: ['ready', 'ingesting'] })
  status!: 'ready' | 'ingesting';

  @ApiProperty({ type: () => ReadinessProgress })
  progress!: ReadinessProgress;
}

@ApiTags('health')
@Controller('health')
export class HealthController {
  constructor(private readonly ingestor: Ingestor) {}

  @Get('live')
  @ApiOperation({ operationId: 'getLiveness', summary: '200 while the process serves' })
  @ApiOkResponse({ type: Liveness })
  live(@Res() reply: FastifyReply): void {
    sendJson(reply, 200, '{"status":"live"}');
  }

  @Get('ready')
  @ApiOperation({
    operationId: 'getReadiness',
    summary: '503 while the files of the start are being ingested, 200 after',
  })
  @ApiOkResponse({ type: Readiness })
  @ApiServiceUnavailableResponse({ type: Readiness })
  ready(@Res() reply: FastifyReply): void {
    const { done, files, filesDone, bytes, bytesTotal, current } = this.ingestor.startup();
    const progress: ReadinessProgress = {
      files,
      files_done: filesDone,
      bytes,
      bytes_total: bytesTotal,
      ...(current && { current }),
    };
    const answer: Readiness = { status: done ? 'ready' : 'ingesting', progress };
    sendJson(reply, done ? 200 : 503, JSON.stringify(answer));
  }
}
