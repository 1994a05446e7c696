// Makes users in the database that the first two parameters name, kind and place, until it is killed. Writes the number of each user to the
// standard output when the engine has acknowledged it.
import { writeSync } from 'node:fs';
import { openEngine } from '../../dist/modules/storage/open-engine.js';

const [, , kind, place] = process.argv;
const database = kind === 'postgres' ? { kind, url: place } : { kind, path: place };
const { access } = await openEngine({ database, databaseConnections: 2 });
const audit = {
  author: { kind: 'command line', id: undefined, name: 'test' },
  origin: { address: undefined, requestId: undefined },
  action: 'user.created',
  target: undefined,
  details: {},
};
for (let n = 1; ; n++) {
  const { id } = await access.createUser({ email: `${n}@example.com`, name: `${n}`, role: 'admin' }, audit, Date.now());
  writeSync(1, `${id}\n`);
}
