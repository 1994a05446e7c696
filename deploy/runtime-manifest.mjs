// Leaves in package.json only what the bundle of the server loads from node_modules.
import { readFileSync, writeFileSync } from 'node:fs';
import { UNBUNDLED } from '../server/build/bundle-server.mjs';

const { name, version, private: isPrivate, type, dependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
const needed = Object.fromEntries(UNBUNDLED.map((dependency) => [dependency, dependencies[dependency]]));
writeFileSync('package.json', JSON.stringify({ name, version, private: isPrivate, type, dependencies: needed }));
