import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { LIMITS } from '../domain/limits.js';
import type { Identity } from '../domain/message/message-identity.js';
import { DEFAULT_SOURCE, type RememberedId, type Source } from '../domain/sources/source.js';
import { utf8Text } from '../domain/utf8.js';
import { originOf } from '../http/client-address.js';
import type { HttpLimits } from '../http/limits.js';
import { isFromPage } from '../http/live-path.js';
import { BodyReceiver } from '../http/receive-body.js';
import { Turns } from '../http/turns.js';
import { collectEarlier } from '../config/heap-growth.js';
import { BackgroundThreads } from '../config/thread-priority.js';
import { keyOf } from './formats/credentials.js';
import { malformedAnswer, vendorError } from './formats/error-answer.js';
import type { LiveAnswer, LiveFacts, LiveResult, Malformed, ReadItems } from './formats/live-call.js';
import { withoutKey } from './formats/segment.js';
import { retryHash } from './formats/retry-hash.js';
import { GroupCommit } from './group-commit.js';
import { inflateBody, isCompressed, type BodyFault } from './inflate-body.js';
import { answerTo, nameOf, openBody, pathOf, type CallPath, type LiveBody } from './live-format.js';
import { LiveRoom } from './live-room.js';
import { LiveSenders } from './live-senders.js';
import { LiveSink } from './live-sink.js';
import { LiveView } from './live-view.js';
import { LostAnswers } from './lost-answers.js';
import { Slots, type Release } from './slots.js';

/** The words that identities are hashed with, and the token for Nest. */
export const IDENTITY_KEY = Symbol('IdentityKey');

const RETRY_COUNT = 'x-retry-count';
/** Size of an inflated body, in bytes, from which it is one of a few until its messages are committed. */
const LARGE_BYTES = 256 * 1024;

/** The parts that bound what requests take. They need the limits of the server, which are known when it listens. */
interface Bounds {
  readonly bodies: BodyReceiver;
  readonly room: LiveRoom;
  readonly inflating: Slots;
}

/** Takes live requests: finds their source, reads their bodies, applies their calls and says what became of them. */
@Injectable()
export class LiveReceiver {
  private bounds: Bounds | undefined;
  private readonly turns = new Turns();

  constructor(
    private readonly senders: LiveSenders,
    private readonly group: GroupCommit,
    private readonly sink: LiveSink,
    @Inject(IDENTITY_KEY) private readonly identityKey: Uint32Array,
    private readonly lost: LostAnswers,
    private readonly view: LiveView,
    private readonly threads: BackgroundThreads,
  ) {}

  /**
   * @returns the answer, once all messages of the request are committed
   * @throws DomainError `unauthenticated`, `forbidden`, `busy`, `payload_too_large`, `request_timeout`, and what the storage throws
   */
  async take(request: FastifyRequest, reply: FastifyReply, path: CallPath): Promise<LiveAnswer> {
    const arrival = Date.now();
    const { headers, raw } = request;
    const key = keyOf(headers.authorization);
    // The scripts in browsers send their key in the body alone.
    const known = path.kind === 'segment' && key === undefined ? undefined : await this.sourceOf(request, path, key);
    const { bodies, room, inflating } = (this.bounds ??= this.boundsOf(request.server.limits));
    const until = performance.now() + request.server.limits.live.patienceMs;
    const arrive = await room.enter(Number(headers['content-length'] ?? 0), until);
    let taken = 0;
    const hold = (bytes: number): void => {
      taken += bytes;
      room.take(bytes);
    };
    let release: Release | undefined;
    try {
      const sent = await received(bodies, raw);
      hold(sent.length);
      arrive();
      const encoding = headers['content-encoding'];
      const isSmall = !isCompressed(sent, encoding);
      if (!isSmall) release = await inflating.take();
      const bytes = await inflateBody(sent, encoding, LIMITS.liveBodyBytes);
      if (typeof bytes === 'string') return faultAnswer(bytes);
      if (!isSmall) hold(bytes.length);
      if (bytes.length < LARGE_BYTES) release?.();
      return await this.read(request, reply, path, known, bytes, { arrival, until });
    } finally {
      arrive();
      release?.();
      room.giveBack(taken);
    }
  }

  /** @param known the source, where the header named it */
  private async read(
    request: FastifyRequest,
    reply: FastifyReply,
    path: CallPath,
    known: Source | undefined,
    bytes: Uint8Array,
    { arrival: now, until }: { readonly arrival: number; readonly until: number },
  ): Promise<LiveAnswer> {
    const body = openBody(path, bytes);
    const source = known ?? (await this.sourceOf(request, path, 'key' in body ? body.key : undefined));
    if ('code' in body) return this.refuse(body, source, path, bytes, now);
    const { method, url = '/' } = request.raw;
    const hash = (): Identity => retryHash(this.identityKey, method ?? '', pathOf(url), bytes);
    const again = Number(request.headers[RETRY_COUNT]) > 0 ? await this.lost.take(hash()) : undefined;
    const { arrival } = again ?? { arrival: now };
    let made: RememberedId | undefined = again;
    const facts: LiveFacts = {
      arrival,
      bodyBytes: bytes.length,
      isFromBrowser: isFromPage(request),
      keepsEmptyText: source.keepsEmptyText,
      // Only an open server has calls for the default source that delete. Anyone may delete there.
      mayDelete: source.mayDelete || source.id === DEFAULT_SOURCE,
      hasCommandTracks: source.mayDelete,
      mayCreate: source.mayCreate,
      makeId: (index) => {
        made ??= { id: randomUUID(), arrival };
        return index === 0 ? made.id : `${made.id}-${index}`;
      },
    };
    const reading = body.read(facts);
    if (reading.kind === 'malformed') return this.refuse(reading, source, path, bytes, now);
    for (let more = reading.readMore?.(); more; more = reading.readMore?.()) {
      if (more !== true) return this.refuse(more, source, path, bytes, now);
      await this.turns.next();
    }
    if (made) this.lost.watch(reply.raw, made, hash, again !== undefined);
    const results = await this.apply(request, reading, body, facts, { source, until });
    if (made) await this.lost.seeClosed();
    return answerTo(path, results, reading.isList);
  }

  /** Counts and keeps a body that cannot be read. */
  private async refuse(
    malformed: Malformed,
    source: Source,
    path: CallPath,
    bytes: Uint8Array,
    arrival: number,
  ): Promise<LiveAnswer> {
    const { code: reason, message } = malformed;
    const reject = { reason, field: undefined, message };
    const text = (): string => withoutKey(utf8Text(bytes.subarray(0, LIMITS.rejectedLineBytes)));
    const note = { source: source.id, arrival, text, outcome: 'rejected', reject, userId: undefined } as const;
    await this.group.accept([], [note]);
    this.view.recordMalformed(source, arrival, nameOf(path), reject, text);
    return malformedAnswer(malformed);
  }

  private async apply(
    request: FastifyRequest,
    reading: ReadItems,
    { nameOf: nameOfItem }: LiveBody,
    facts: LiveFacts,
    { source, until }: { readonly source: Source; readonly until: number },
  ): Promise<readonly LiveResult[]> {
    const sender = {
      source,
      until,
      get origin() {
        return originOf(request);
      },
    };
    const results = await this.sink.take(reading, facts, sender);
    const { outcomes, textOf } = reading;
    const { arrival: at, bodyBytes: bytes } = facts;
    this.view.record({ source, at, outcomes, results, textOf, nameOf: nameOfItem, bytes });
    return results;
  }

  private sourceOf(request: FastifyRequest, { kind }: CallPath, key: string | undefined): Promise<Source> {
    return this.senders.source(request, key, kind === 'messages');
  }

  /** Is called for the first request. */
  private boundsOf({ bodies, live }: HttpLimits): Bounds {
    collectEarlier();
    this.threads.giveWay();
    const receiver = new BodyReceiver(bodies);
    const room = new LiveRoom(
      live,
      () => this.group.messages,
      () => receiver.bytes,
    );
    return { bodies: receiver, room, inflating: new Slots(live.inflating) };
  }
}

function received(bodies: BodyReceiver, raw: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    bodies.receive(raw, LIMITS.liveBodyBytes, (failure, body) => (failure ? reject(failure) : resolve(body)));
  });
}

function faultAnswer(fault: BodyFault): LiveAnswer {
  switch (fault) {
    case 'payload_too_large':
      return vendorError(413, fault, `The body is too large. It may have ${LIMITS.liveBodyBytes} bytes, inflated.`);
    case 'unsupported_encoding':
      return vendorError(415, 'unsupported_media_type', 'The body is taken plain, as gzip or as deflate.');
    case 'damaged':
      return vendorError(400, 'invalid_request', 'The body is not what its content-encoding says, or it broke off.');
    default:
      return fault satisfies never;
  }
}
