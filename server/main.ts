import './http/tick-shape.js';
import { ConfigError, loadConfig } from './config/config.js';
import { DomainError } from './domain/errors.js';
import { Port } from './http/port.js';

/** Opens the port first, and loads the rest of the server then. */
async function start(): Promise<void> {
  const config = loadConfig();
  const port = await Port.open(config);
  const { serve } = await import('./serve.js');
  await serve(config, port, new URL('.', import.meta.url));
}

/** Explains a mistake of the configuration in one line; any other failure comes with its stack. */
function explain(error: unknown): string {
  if (error instanceof ConfigError || error instanceof DomainError) return error.message;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') {
    return `${listeningAddress(error)} is in use: another program, or another Roster, listens there. Stop it, or set PORT to another port.`;
  }
  if (code === 'ENOTFOUND' || code === 'EADDRNOTAVAIL') {
    return `HOST is no address of this machine: ${String(error)}. Set it to 127.0.0.1, 0.0.0.0, or a name or address of this machine.`;
  }
  if (code === 'EACCES') return `Not allowed to listen there or to write the database: ${String(error)}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** HOST and PORT of an error of `listen`, as in a URL. */
function listeningAddress(error: unknown): string {
  // Safe: Node gives both members to such an error.
  const { address, port } = error as { readonly address: string; readonly port: number };
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/** Writes text to a terminal, or a JSON object to a log collector, whatever LOG_LEVEL is. */
async function tell(failure: string): Promise<void> {
  if (process.stderr.isTTY) process.stderr.write(`${failure}\n`);
  else new (await import('./http/create-app.js')).RosterLogger('error').error(failure, 'Start');
}

await start().catch(async (error: unknown) => {
  await tell(explain(error));
  process.exit(1);
});
