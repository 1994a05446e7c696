import { createHmac, createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Claims of an ID token. One that is undefined is left out. */
export type Claims = Readonly<Record<string, unknown>>;

/** The signature of an ID token: by the key of the provider, by another one, by a secret, or none. */
export type Signature = 'own' | 'foreign' | 'none' | { readonly secret: string };

const CLIENT_ID = 'roster';
const own = generateKeyPairSync('rsa', { modulusLength: 2048 });
const foreign = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** The public key of the provider, as anyone can fetch it. */
export const PUBLIC_KEY = String(own.publicKey.export({ type: 'spki', format: 'pem' }));

/** A provider that gives out whatever ID token a test wants, for any code. */
export class ForgingProvider {
  /** In place of the claims of a valid token. */
  claims: Claims = {};
  signature: Signature = 'own';
  /** Of the login that has begun. */
  nonce = '';

  private constructor(private readonly server: Server) {}

  static async start(): Promise<ForgingProvider> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const provider = new ForgingProvider(server);
    server.on('request', (request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(provider.answerTo(request.url ?? '')));
    });
    return provider;
  }

  get issuer(): string {
    // Safe: it listens on a port.
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private answerTo(path: string): object {
    const { issuer } = this;
    switch (path) {
      case '/jwks':
        return { keys: [{ ...own.publicKey.export({ format: 'jwk' }), kid: 'own', alg: 'RS256', use: 'sig' }] };
      case '/token':
        return { access_token: 'opens-nothing', token_type: 'Bearer', expires_in: 300, id_token: this.idToken() };
      default:
        return {
          issuer,
          authorization_endpoint: `${issuer}/auth`,
          token_endpoint: `${issuer}/token`,
          jwks_uri: `${issuer}/jwks`,
          response_types_supported: ['code'],
          subject_types_supported: ['public'],
          id_token_signing_alg_values_supported: ['RS256'],
        };
    }
  }

  private idToken(): string {
    const now = Math.floor(Date.now() / 1_000);
    const { issuer: iss, nonce, signature } = this;
    const usual = { iss, sub: '1', aud: CLIENT_ID, iat: now, exp: now + 300, nonce, email: 'ada@example.com' };
    const algorithm = signature === 'none' ? 'none' : typeof signature === 'object' ? 'HS256' : 'RS256';
    const signed = [
      { alg: algorithm, kid: 'own' },
      { ...usual, ...this.claims },
    ]
      .map(encoded)
      .join('.');
    return `${signed}.${signatureOf(signed, signature)}`;
  }
}

function encoded(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

function signatureOf(signed: string, signature: Signature): string {
  if (signature === 'none') return '';
  if (typeof signature === 'object') return createHmac('sha256', signature.secret).update(signed).digest('base64url');
  return rsa(signed, (signature === 'own' ? own : foreign).privateKey);
}

function rsa(signed: string, key: KeyObject): string {
  return createSign('RSA-SHA256').update(signed).sign(key).toString('base64url');
}
