import { HttpErrorResponse, HttpHeaders } from '@angular/common/http';

import type { LoginAgain } from './login-again';

/** A streamed answer failed. The cause is the error that `HttpClient` would have given. */
export class StreamFailure extends Error {
  constructor(override readonly cause: HttpErrorResponse) {
    super(cause.message);
  }
}

/** Makes the error of `HttpClient` for a request that did not use it. */
export function requestFailure(status: number, error: unknown, url: string): HttpErrorResponse {
  return new HttpErrorResponse({ status, error, url, headers: new HttpHeaders() });
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
 * login is sent again after it.
 * @throws StreamFailure when the request fails or is refused
 */
export async function* chunksOf(
  url: string,
  request: RequestInit,
  login: LoginAgain,
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
      const { done, value } = await reader.read().catch(() => {
        throw new StreamFailure(requestFailure(0, null, url));
      });
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** Yields the lines of an answer as they arrive; see {@link chunksOf}. */
export async function* linesOf(url: string, request: RequestInit, login: LoginAgain): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunksOf(url, request, login)) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest) yield rest;
}
