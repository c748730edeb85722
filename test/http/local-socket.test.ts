import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import t, { type Test } from 'tap';
import { localSocketOf } from '../../src/config/local-socket.ts';
import { parseConfig } from '../../src/config/parse.ts';
import { success } from '../../src/http/answer.ts';
import { route } from '../../src/http/route.ts';
import { HttpServer } from '../../src/http/server.ts';
import { makeTemp, removeTemp } from '../lab/temp.ts';
import { ask, memoryLog } from './client.ts';

const { general } = parseConfig('[general]\nWEBKEY = k\n', 'api.conf').config;
const settings = { ...general, bindAddr: '127.0.0.1', bindPort: 0 };

/** A path that is short enough for a socket, wherever the tests are. */
function folder(t: Test): string {
  const dir = makeTemp();
  t.teardown(() => {
    removeTemp(dir);
  });
  return dir;
}

/** Starts a server with a socket; what it had to say about it. */
async function start(
  t: Test,
  path: string,
  mode = 0o600,
): Promise<{ readonly server: HttpServer; readonly said: string[] }> {
  const log = memoryLog();
  const routes = (['contract', 'ours'] as const).map((access) =>
    route({ methods: ['GET'], path: `/${access}`, summary: access, access, handle: () => success(access) }),
  );
  const server = new HttpServer({ routes, log, settings: () => settings, local: { path, mode } });
  await server.start();
  t.teardown(() => server.stop());
  return { server, said: log.lines };
}

async function status(socketPath: string, path: string, headers: Record<string, string> = {}): Promise<number> {
  const asked = request({ socketPath, path, headers, agent: false });
  asked.end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  await text(response);
  return response.statusCode ?? 0;
}

void t.test('who may open the socket needs no token; on the port one is needed as before', async (t) => {
  const path = join(folder(t), 'api.sock');
  const { server, said } = await start(t, path, 0o660);
  t.equal(statSync(path).mode & 0o777, 0o660);
  for (const route of ['/contract', '/ours']) {
    t.equal(await status(path, route), 200);
    t.equal(await status(path, route, { Authorization: 'wrong', Host: 'crm.example' }), 200);
    t.equal((await ask(server.ports[0]!, 'GET', route)).status, 401);
  }
  await server.stop();
  t.equal(statSync(path, { throwIfNoEntry: false }), undefined, 'it goes with the server');
  t.strictSame(said, []);
});

void t.test(
  'a socket that was left behind is replaced; what is no such thing stays, and the port is served',
  async (t) => {
    const dir = folder(t);
    const left = join(dir, 'left.sock');
    const dying = `require('net').createServer().listen(${JSON.stringify(left)}, () => process.kill(process.pid, 'SIGKILL'))`;
    spawnSync(process.execPath, ['-e', dying]);
    t.ok(statSync(left).isSocket());
    t.strictSame((await start(t, left)).said, []);
    t.equal(await status(left, '/ours'), 200);

    const taken = join(dir, 'taken.sock');
    const other = createServer().listen(taken);
    await once(other, 'listening');
    t.teardown(() => other.close());
    const file = join(dir, 'file.sock');
    writeFileSync(file, 'precious');
    for (const [path, why] of [
      [taken, 'another daemon answers there'],
      [file, 'there is something else'],
      [join(dir, 'x'.repeat(120)), 'at most 107 bytes'],
    ] as const) {
      const { server, said } = await start(t, path);
      t.match(said, [new RegExp(`^warning .*cannot ask this daemon: cannot listen on .*: .*${why}`)]);
      t.equal(said.length, 1);
      t.equal((await ask(server.ports[0]!, 'GET', '/ours')).status, 401);
    }
    t.equal(statSync(file).size, 8);
  },
);

void t.test('where it is: in the runtime folder with the usual data_dir, else in data_dir', (t) => {
  const of = (dataDir: string): unknown => localSocketOf({ dataDir });
  for (const usual of [general.dataDir, '/var/lib/coocenter-api/']) {
    t.strictSame(of(usual), { path: '/run/coocenter-api/api.sock', mode: 0o660 });
  }
  t.strictSame(of('/srv/calls'), { path: '/srv/calls/api.sock', mode: 0o600 });
  t.end();
});
