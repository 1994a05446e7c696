// Writes a compressed copy beside every text file of the built admin, which the server sends as it is: no request pays for compression.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';

const folder = fileURLToPath(new URL('../../dist/client/browser', import.meta.url));
const TEXT = /\.(?:js|css|svg)$/;
/** A smaller file fits into one packet anyway. */
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
