import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Gate } from '../access/gate.js';
import { DomainError } from '../domain/errors.js';
import type { Source } from '../domain/sources/source.js';
import { isFromPage } from '../http/live-path.js';
import { checkPermission } from '../http/route-permission.js';
import { SourceKeys } from './source-keys.js';

/** The beginning of every token of a program. */
const TOKEN = 'rst_';

/** Finds the source of a live request. It never reads a cookie. */
@Injectable()
export class LiveSenders {
  constructor(
    private readonly keys: SourceKeys,
    private readonly gate: Gate,
  ) {}

  /**
   * The source whose key a request has. On an open server any key, or none, stands for the default source. A request from a page of a browser
   * needs the key of a source, always.
   * @param takesTokens true for a path that takes a token with the permission `ingest`
   * @throws DomainError `unauthenticated`, `forbidden`
   */
  async source(request: FastifyRequest, key: string | undefined, takesTokens: boolean): Promise<Source> {
    const known = key === undefined ? undefined : await this.keys.withKey(key);
    if (known) return switchedOn(known);
    if (isFromPage(request)) throw wrongKey();
    if (takesTokens && key?.startsWith(TOKEN)) {
      checkPermission(await this.gate.admit(request, performance.now()), ['ingest']);
    } else if ((await this.gate.situation(request)) !== 'open') throw wrongKey();
    return switchedOn(await this.keys.default());
  }
}

function switchedOn(source: Source | undefined): Source {
  if (source?.isOn) return source;
  throw wrongKey();
}

function wrongKey(): DomainError {
  return new DomainError('unauthenticated', 'The key is not that of a source that is switched on.');
}
