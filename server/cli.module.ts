import { Module } from '@nestjs/common';
import { ACCESS_COMMANDS } from './access/commands/access-commands.js';
import { ConfigModule } from './config/config.module.js';
import { AccessRepository } from './domain/access/access-repository.js';
import { CustomerRepository } from './domain/customer/customer-repository.js';
import { IngestionRepository } from './domain/ingestion/ingestion-repository.js';
import { GenerateCommand } from './generation/generate.command.js';
import { ImportCommand } from './imports/commands/import.command.js';
import { IngestCommand } from './ingestion/ingest.command.js';
import { IngestionCommandModule } from './ingestion/ingestion.module.js';
import { SourceIngestor } from './ingestion/source-ingestor.js';
import { SOURCE_COMMANDS } from './live/commands/source.command.js';
import { BackupCommand } from './maintenance/backup.command.js';
import { CheckCommand } from './maintenance/check.command.js';
import { RefoldCommand } from './maintenance/refold.command.js';
import { CopyCommand } from './storage/copy.command.js';
import { MigrateCommand } from './storage/migrate.command.js';
import { VerifyCommand } from './verification/verify.command.js';

const tools = [
  ...[
    BackupCommand,
    CheckCommand,
    CopyCommand,
    GenerateCommand,
    ImportCommand,
    MigrateCommand,
    RefoldCommand,
    VerifyCommand,
  ],
  ...ACCESS_COMMANDS,
  ...SOURCE_COMMANDS,
];

/** The command line for `ingest`, the only command for which the database is opened before it runs. */
@Module({ imports: [ConfigModule, IngestionCommandModule], providers: tools })
export class IngestingCliModule {}

/** The command line for every other command: it can explain `ingest`, but not run it. */
@Module({
  providers: [
    ...tools,
    IngestCommand,
    { provide: IngestionRepository, useValue: null },
    { provide: SourceIngestor, useValue: null },
    { provide: CustomerRepository, useValue: null },
    { provide: AccessRepository, useValue: null },
  ],
})
export class CliModule {}
