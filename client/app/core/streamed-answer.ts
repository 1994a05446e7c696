import { HttpErrorResponse } from '@angular/common/http';

import type { LoginCheck } from './login-check';
import { requestFailure } from './request-failure';

/** A streamed answer failed. The cause is the error that `HttpClient` would have given. */
export class StreamFailure extends Error {
  constructor(override readonly cause: HttpErrorResponse) {
    super(cause.message);
  }
}

/** Parses JSON; null when the text is none. */
export function parsedOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * Yields the chunks of an answer as they arrive. `HttpClient` would give all of them at the end. A request that is refused for want of a
 * login is sent again after it. One that breaks off because the session has ended asks for the login, and fails.
 * @throws StreamFailure when the request fails or is refused
 */
export async function* chunksOf(
  url: string,
  request: RequestInit,
  login: LoginCheck,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let answer: Response;
  try {
    answer = await fetch(url, request);
    while (answer.status === 401 && (await login.ask())) answer = await fetch(url, request);
  } catch {
    throw new StreamFailure(requestFailure(0, null, url));
  }
  if (!answer.ok || !answer.body) {
    throw new StreamFailure(requestFailure(answer.status, parsedOrNull(await answer.text()), url));
  }
  const reader = answer.body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read().catch(() => brokenOff(url, request, login));
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

async function brokenOff(url: string, { signal }: RequestInit, login: LoginCheck): Promise<never> {
  const failure = signal?.aborted ? requestFailure(0, null, url) : await login.explain(url);
  if (failure.status === 401) await login.ask();
  throw new StreamFailure(failure);
}

/** Yields the lines of an answer as they arrive; see {@link chunksOf}. */
export async function* linesOf(url: string, request: RequestInit, login: LoginCheck): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunksOf(url, request, login)) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest) yield rest;
}
