import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import t from 'tap';
import { success } from '../../src/http/answer.ts';
import { handle, type AccessSettings } from '../../src/http/handler.ts';
import { Budget } from '../../src/http/budget.ts';
import { HttpMeters } from '../../src/http/meters.ts';
import { route, type Access } from '../../src/http/route.ts';
import { Router } from '../../src/http/router.ts';
import { systemClock } from '../../src/system/clock.ts';
import { RepeatedWarnings } from '../../src/system/repeated-warnings.ts';
import { Throttle } from '../../src/http/throttle.ts';
import { accountsWith } from '../users/made.ts';
import { memoryLog } from './client.ts';

/** The status for a request that comes from somewhere else, which no test over loopback can be. */
async function status(access: Access, remote: string, settings: Partial<AccessSettings>): Promise<number> {
  const socket = new Socket();
  Object.defineProperty(socket, 'remoteAddress', { value: remote });
  const message = new IncomingMessage(socket);
  Object.assign(message, { method: 'GET', url: '/x', httpVersion: '1.1', headers: { host: '192.168.12.183:8000' } });
  const response = new ServerResponse(message);
  await handle(
    {
      router: new Router([route({ methods: ['GET'], path: '/x', summary: 'X', access, handle: () => success() })]),
      accounts: accountsWith(() => ({ webkey: settings.webkey ?? '' })),
      throttle: new Throttle(),
      log: memoryLog(),
      warnings: new RepeatedWarnings(memoryLog(), systemClock),
      limits: { size: 1, time: 1 },
      unread: new Budget({ most: 1, idle: 1 }),
      mostHeaders: 10,
      meters: new HttpMeters(),
      settings: () => ({ webkey: '', allowOrigin: '', hostNames: [], metricsToken: '', ...settings }),
      now: () => new Date(),
    },
    message,
    response,
  );
  return response.statusCode;
}

void t.test('who may use which route, from where', async (t) => {
  const table: [access: Access, remote: string, webkey: string, status: number][] = [
    ['contract', '192.168.12.9', '', 200],
    ['contract', '192.168.12.9', 'k', 401],
    ['contract', '127.0.0.1', 'k', 401],
    ['ours', '192.168.12.9', '', 403],
    ['ours', '2001:db8::1', '', 403],
    ['ours', '127.0.0.1', '', 200],
    ['ours', '::ffff:127.0.0.1', '', 200],
    ['ours', '192.168.12.9', 'k', 401],
    ['ours', '127.0.0.1', 'k', 401],
    ['open', '192.168.12.9', '', 200],
    ['open', '192.168.12.9', 'k', 200],
  ];
  for (const [access, remote, webkey, expected] of table) {
    t.equal(await status(access, remote, { webkey }), expected, `${access} from ${remote}, WEBKEY '${webkey}'`);
  }
});
