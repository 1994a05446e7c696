import { HttpErrorResponse } from '@angular/common/http';

import { readProblem } from './problem';

const NO_ANSWER = 'The server cannot be reached. Check that it is running, then try again.';
const UNCLEAR = 'The server answered with something unexpected. Try again in a moment.';

const FORBIDDEN = 'This needs the permission “write”, which you do not have. An admin can give it to you.';

describe('what a request threw', () => {
  it.each<[string, unknown, object]>([
    [
      'an answer in the words of the server',
      new HttpErrorResponse({ status: 404, error: { code: 'customer_not_found', message: 'There is no customer 7.' } }),
      { status: 404, code: 'customer_not_found', message: 'There is no customer 7.', details: [] },
    ],
    [
      'an answer in the words of the server, to a request that expects text',
      new HttpErrorResponse({ status: 404, error: '{"code":"segment_not_found","message":"There is no segment 7."}' }),
      { status: 404, code: 'segment_not_found', message: 'There is no segment 7.', details: [] },
    ],
    [
      'what the reader may not do',
      new HttpErrorResponse({
        status: 403,
        error: { code: 'forbidden', message: 'This needs the permission "write", which the user does not have.' },
      }),
      { status: 403, code: 'forbidden', message: FORBIDDEN, details: [] },
    ],
    [
      'no answer, whatever the browser says of it',
      new HttpErrorResponse({ status: 0, error: new TypeError('Failed to fetch') }),
      { status: 0, code: 'unreachable', message: NO_ANSWER, details: [] },
    ],
    [
      'an answer of somebody between',
      new HttpErrorResponse({ status: 502, error: '<h1>Bad Gateway</h1>' }),
      { status: 502, code: 'unexpected', message: UNCLEAR, details: [] },
    ],
    ['anything else', new Error('Something broke'), { status: 0, code: 'unexpected', message: UNCLEAR, details: [] }],
  ])('%s', (_what, error, problem) => expect(readProblem(error)).toEqual(problem));
});
