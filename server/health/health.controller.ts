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
import { StorageHealth } from '../domain/storage-health.js';
import { Public } from '../http/route-permission.js';
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
  @ApiProperty({ enum: ['ready', 'ingesting', 'unavailable'] })
  status!: 'ready' | 'ingesting' | 'unavailable';

  @ApiPropertyOptional({ description: 'Why nothing can be written, and what to do.' })
  problem?: string;

  @ApiProperty({ type: () => ReadinessProgress })
  progress!: ReadinessProgress;
}

@ApiTags('health')
@Controller('health')
export class HealthController {
  constructor(
    private readonly ingestor: Ingestor,
    private readonly storage: StorageHealth,
  ) {}

  @Get('live')
  @Public()
  @ApiOperation({ operationId: 'getLiveness', summary: '200 while the process serves' })
  @ApiOkResponse({ type: Liveness })
  live(@Res() reply: FastifyReply): void {
    sendJson(reply, 200, '{"status":"live"}');
  }

  @Get('ready')
  @Public()
  @ApiOperation({
    operationId: 'getReadiness',
    summary: '503 while the files of the start are being ingested or nothing can be written, else 200',
  })
  @ApiOkResponse({ type: Readiness })
  @ApiServiceUnavailableResponse({ type: Readiness })
  async ready(@Res() reply: FastifyReply): Promise<void> {
    const { done, files, filesDone, bytes, bytesTotal, current } = this.ingestor.startup();
    const progress: ReadinessProgress = {
      files,
      files_done: filesDone,
      bytes,
      bytes_total: bytesTotal,
      ...(current && { current }),
    };
    const problem = await this.storage.problem();
    const status = problem !== undefined ? 'unavailable' : done ? 'ready' : 'ingesting';
    const answer: Readiness = { status, ...(problem !== undefined && { problem }), progress };
    sendJson(reply, status === 'ready' ? 200 : 503, JSON.stringify(answer));
  }
}
