// Leaves a compressed copy beside every file of the built admin that shrinks: the server sends it as it is, at no cost a request.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';

const folder = fileURLToPath(new URL('../../dist/client/browser', import.meta.url));
const TEXT = /\.(?:js|css|svg)$/;
/** Less fits into one packet anyway. */
const LEAST_BYTES = 1024;
const KINDS = [
  ['.br', promisify(brotliCompress)],
  ['.gz', promisify(gzip)],
];

export async function compressAdmin() {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => TEXT.test(name));
  await Promise.all(files.map((name) => compress(join(folder, name))));
}

async function compress(path) {
  const plain = readFileSync(path);
  if (plain.length < LEAST_BYTES) return;
  for (const [extension, shrink] of KINDS) writeFileSync(path + extension, await shrink(plain));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await compressAdmin();
