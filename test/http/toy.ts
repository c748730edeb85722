import { Readable } from 'node:stream';
import type { Test } from 'tap';
import { parseConfig } from '../../src/config/parse.ts';
import { success } from '../../src/http/answer.ts';
import { acceptedDays, tokenOf } from '../../src/http/auth.ts';
import * as params from '../../src/http/params.ts';
import { route, type Route } from '../../src/http/route.ts';
import { systemRoutes, type Readiness } from '../../src/http/routes/system.ts';
import { HttpServer, type HttpLimits, type HttpSettings } from '../../src/http/server.ts';
import { Refusal } from '../../src/system/refusal.ts';
import { memoryLog } from './client.ts';

/** The configuration is what the server takes, as it is. */
const { general } = parseConfig('[general]\nWEBKEY = k\nhost_names = crm.local', 'api.conf').config;
export const settings: HttpSettings = {
  ...(general satisfies HttpSettings),
  bindAddr: '127.0.0.1',
  bindPort: 0,
  tlsPort: 0,
};

/** Today's date, as tokens have it. */
export const today = acceptedDays(new Date())[1]!;
/** A right token. */
export const auth = { Authorization: tokenOf('k', today) };
export const form = { ...auth, 'Content-Type': 'application/x-www-form-urlencoded' };
export const json = { ...auth, 'Content-Type': 'application/json' };
export const pause = '/coocenter-api/queues/agent-pause';

/** A server and what it was asked. */
export interface Toy {
  readonly port: number;
  readonly server: HttpServer;
  readonly log: ReturnType<typeof memoryLog>;
  /** What the handlers were given. */
  readonly calls: unknown[];
  settings: HttpSettings;
  readiness: Readiness;
}

/** A real server on loopback with routes that only note what they get. */
export async function toy(
  t: Test,
  changes: Partial<HttpSettings> = {},
  limits: Partial<HttpLimits> = {},
): Promise<Toy> {
  const calls: unknown[] = [];
  const log = memoryLog();
  const routes: Route[] = [
    ...systemRoutes({ readiness: () => state.readiness }),
    route({
      methods: ['POST'],
      path: pause,
      summary: 'Pause',
      params: { queue: params.queue, member: params.extension, state: params.state },
      handle(values) {
        calls.push(values);
        return success(`Interface ${values.state === 'on' ? 'paused' : 'unpaused'} successfully`);
      },
    }),
    route({ methods: ['GET', 'POST'], path: '/info', summary: 'Info', handle: () => success('m', { 630: [] }) }),
    route({
      methods: ['DELETE'],
      path: '/delete',
      summary: 'Delete',
      params: { number: params.blacklistNumber },
      handle({ number }) {
        calls.push(number);
        return success('Key deleted successfully');
      },
    }),
    route({
      methods: ['GET'],
      path: '/throw',
      summary: 'Throws',
      handle() {
        throw new Error('secret detail');
      },
    }),
    route({
      methods: ['GET'],
      path: '/away',
      summary: 'Fails',
      handle: () => Promise.reject(new Refusal('unavailable', 'away', { retryAfter: 5, cause: new Error('socket') })),
    }),
    route({
      methods: ['GET'],
      path: '/wait',
      summary: 'Waits',
      handle() {
        calls.push('waiting');
        return new Promise(() => undefined);
      },
    }),
    route({
      methods: ['GET'],
      path: '/late',
      summary: 'Waits a moment',
      async handle() {
        await new Promise((resolve) => setTimeout(resolve, 100));
        return success('late');
      },
    }),
    route({
      methods: ['GET'],
      path: '/short',
      summary: 'A stream that ends too early',
      handle: () => ({ headers: { 'Content-Length': '10' }, stream: Readable.from([Buffer.from('123')]) }),
    }),
    route({ methods: ['GET'], path: '/ours', summary: 'Ours', access: 'ours', handle: () => success('ours') }),
    route({
      methods: ['GET'],
      path: '/numbers',
      summary: 'Numbers',
      access: 'ours',
      role: 'supervisor',
      takesMetricsToken: true,
      handle: () => success('numbers'),
    }),
  ];
  const state = { settings: { ...settings, ...changes }, readiness: { ready: true } as Readiness };
  const server = new HttpServer({ routes, log, settings: () => state.settings, limits });
  await server.start();
  t.teardown(() => server.stop());
  return Object.assign(state, { port: server.ports[0]!, server, log, calls });
}

/** The message of an answer. */
export const message = (body: string): unknown => (JSON.parse(body) as { message?: unknown }).message;
