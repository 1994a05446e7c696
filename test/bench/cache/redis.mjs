import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** A Redis of its own that keeps nothing on disk; undefined where there is none to start. */
export async function startRedis(folder) {
  if (!isInstalled()) return undefined;
  const port = await freePort();
  const flags = { port, bind: '127.0.0.1', save: '', dir: folder };
  const child = spawn(
    'redis-server',
    Object.entries(flags).flatMap(([flag, value]) => [`--${flag}`, `${value}`]),
    { stdio: 'ignore' },
  );
  await once(child, 'spawn');
  return {
    url: `redis://127.0.0.1:${port}`,
    stop: async () => {
      const exit = once(child, 'exit');
      child.kill('SIGTERM');
      await exit;
    },
  };
}

function isInstalled() {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
