/** Makes the many rounds of kills at random moments that a usual run leaves out: `ROSTER_THOROUGH=1`. */
export const IS_THOROUGH = process.env.ROSTER_THOROUGH === '1';
