/** True for a long run (`ROSTER_THOROUGH=1`): many more random examples, and many kills at random moments. */
export const IS_THOROUGH = process.env.ROSTER_THOROUGH === '1';
