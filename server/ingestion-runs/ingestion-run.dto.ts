import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { importOfPath, isImportPath } from '../domain/import/stored-import.js';
import { reportOf, type Ingestion } from '../domain/ingestion/ingestion.js';

const COUNT = { type: 'integer', format: 'int64' } as const;

/** An ingestion as the API shows it: its report, and the state and times of its run. */
export class IngestionView {
  @ApiProperty({ type: 'integer', example: 1 })
  id!: number;

  @ApiProperty({
    description: 'The path as it was given, `-` for standard input, the name of an upload.',
    example: 'data/messages.1.data',
  })
  source!: string;

  @ApiProperty({
    enum: ['file', 'import'],
    description: 'JSON lines of a file or an upload, or the rows of a spreadsheet.',
  })
  kind!: 'file' | 'import';

  @ApiPropertyOptional({ type: 'integer', description: 'The number of an import in `GET /imports`.' })
  import?: number;

  @ApiProperty({ enum: ['running', 'done', 'failed', 'interrupted'] })
  state!: string;

  @ApiPropertyOptional({ description: 'Why it failed.' })
  failure?: string;

  @ApiProperty({ format: 'date-time' })
  started_at!: string;

  @ApiPropertyOptional({ format: 'date-time' })
  finished_at?: string;

  @ApiPropertyOptional({ ...COUNT, description: 'Bytes of the source, where they are known.' })
  size?: number;

  @ApiProperty({ ...COUNT, description: 'Bytes read, decompressed.' })
  bytes!: number;

  @ApiProperty({ ...COUNT, description: 'blank + events + attributes + duplicates + anonymous + stale + all rejected' })
  lines!: number;

  @ApiProperty(COUNT)
  blank!: number;

  @ApiProperty({ ...COUNT, description: 'Accepted distinct events.' })
  events!: number;

  @ApiProperty({ ...COUNT, description: 'Accepted distinct attribute messages.' })
  attributes!: number;

  @ApiProperty({
    ...COUNT,
    description: 'Repeated messages of both kinds, and rows of a spreadsheet that change nothing.',
  })
  duplicates!: number;

  @ApiProperty({ ...COUNT, description: 'Messages without a `user_id`.' })
  anonymous!: number;

  @ApiProperty({ ...COUNT, description: 'Messages that came before a deletion.' })
  stale!: number;

  @ApiProperty({ type: 'object', additionalProperties: { type: 'integer' }, description: 'Rejected lines by reason.' })
  rejected!: Record<string, number>;

  @ApiPropertyOptional({
    ...COUNT,
    description:
      'Rejected lines that were only counted, because 64 MiB of rejects are kept of a source. Absent if there are none.',
  })
  rejects_not_kept?: number;

  @ApiProperty({ ...COUNT, description: 'Customers to which a message was applied.' })
  customers!: number;

  @ApiProperty({ type: 'number', description: 'Time spent.' })
  seconds!: number;
}

export class IngestionAnswer {
  @ApiProperty({ type: () => IngestionView })
  ingestion!: IngestionView;
}

export class IngestionList {
  @ApiProperty({ type: () => [IngestionView] })
  ingestions!: IngestionView[];
}

export function viewOf(ingestion: Ingestion): IngestionView {
  const { id, state, failure, startedAt, finishedAt, source } = ingestion;
  const { source: name, ...report } = reportOf(ingestion);
  return {
    id,
    source: name,
    kind: isImportPath(source.path) ? 'import' : 'file',
    ...(importOfPath(source.path) !== undefined && { import: importOfPath(source.path) }),
    // To a client a refused source is a failed one, whose `failure` says what to do.
    state: state === 'refused' ? 'failed' : state,
    ...(failure !== undefined && { failure }),
    started_at: new Date(startedAt).toISOString(),
    ...(finishedAt !== undefined && { finished_at: new Date(finishedAt).toISOString() }),
    ...(source.size !== undefined && { size: source.size }),
    ...report,
  };
}
