import type { FastifyReply } from 'fastify';
import { NO_ENTRY } from './admission.js';
import { DomainError } from '../domain/errors.js';

/** Checks the credential of a request again, every few seconds, while its answer is sent. Cuts the connection when it is gone. */
export function keepChecking({ request, raw }: FastifyReply): void {
  const check = async (): Promise<void> => {
    try {
      await request.server.checkAgain(request);
    } catch (error) {
      // A database that does not answer says nothing about the credential.
      if (error instanceof DomainError && NO_ENTRY.has(error.code)) raw.destroy();
    }
  };
  const timer = setInterval(() => void check(), request.server.limits.answers.checkAgainMs).unref();
  raw.once('close', () => clearInterval(timer));
}
