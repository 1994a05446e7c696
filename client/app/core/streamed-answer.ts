import { HttpErrorResponse, HttpHeaders } from '@angular/common/http';

/** Thrown where an answer fails that is read as it comes; the cause is what `HttpClient` would have said. */
export class StreamFailure extends Error {
  constructor(override readonly cause: HttpErrorResponse) {
    super(cause.message);
  }
}

/** A failure of a request that did not go through `HttpClient`, in the shape of one that did. */
export function requestFailure(status: number, error: unknown, url: string): HttpErrorResponse {
  return new HttpErrorResponse({ status, error, url, headers: new HttpHeaders() });
}

/** The JSON of a text; null when it is none. */
export function parsedOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * The chunks of an answer as they come. `HttpClient` would give all of it at the end.
 * @throws StreamFailure when the answer is no success, or there is none
 */
export async function* chunksOf(url: string, request: RequestInit): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let answer: Response;
  try {
    answer = await fetch(url, request);
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

/** The whole lines of an answer as they come; see {@link chunksOf}. */
export async function* linesOf(url: string, request: RequestInit): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunksOf(url, request)) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest) yield rest;
}
