export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads one key. A wrong value is noted as a problem, and gives the fallback like an empty one. */
export type ReadKey = <T>(key: string, fallback: T, takes: string, parse: (text: string) => T | undefined) => T;
