import type { FailPoint } from '../../server/domain/fail-point.js';

/** Is called at the fail points of this process. A spec imports this file before any other. */
export const failHandler: { call: (point: FailPoint) => void } = { call: () => undefined };

Object.assign(globalThis, { [Symbol.for('roster.fail-point')]: (point: FailPoint) => failHandler.call(point) });
