import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RepeatedWarnings } from '../system/repeated-warnings.ts';
import type { Log } from '../system/log.ts';
import type { Accounts } from '../users/accounts.ts';
import { includesRole, nobody } from '../users/identity.ts';
import type { Session } from '../users/session.ts';
import { failure, type Answer } from './answer.ts';
import { HttpError, httpErrorOf } from './http-error.ts';
import { authenticate, hasToken, tokensIn, type Verdict } from './auth.ts';
import { readBody, type BodyLimits } from './body.ts';
import { foreignPage } from './browser.ts';
import { corsHeaders, preflightHeaders } from './cors.ts';
import { mergeFields, parseForm, readParams } from './fields.ts';
import { isForwarded, isLoopback, isOwnHost } from './host.ts';
import type { Budget } from './budget.ts';
import type { HttpMeters } from './meters.ts';
import type { Means, Route } from './route.ts';
import type { Router } from './router.ts';
import { send } from './send.ts';
import type { Throttle } from './throttle.ts';
import { isTicketFor, ticketIn } from './ticket.ts';

/** The settings that decide about a request; read for each one, so that a reload takes effect. */
export interface AccessSettings {
  /** `''`: authentication is off (contract §1.1). */
  readonly webkey: string;
  /** `*`, origins joined by commas, or `''` for none. */
  readonly allowOrigin: string;
  /** Lower case. */
  readonly hostNames: readonly string[];
  /** `''`: there is none. */
  readonly metricsToken: string;
}

/** What a handler is made of. */
export interface HandlerOptions {
  readonly router: Router;
  readonly accounts: Accounts;
  readonly throttle: Throttle;
  readonly log: Log;
  /** For warnings that a stranger can cause by the thousand. */
  readonly warnings: RepeatedWarnings;
  readonly limits: BodyLimits;
  readonly mostHeaders: number;
  /** Bytes of large answers that clients have not read yet, in all. */
  readonly unread: Budget;
  readonly settings: () => AccessSettings;
  readonly now: () => Date;
  readonly meters: HttpMeters;
  /** The client could open the daemon's own Unix socket: token, host and origin are not checked. */
  readonly isTrusted?: boolean;
}

/** A request's target, taken apart; nothing is decoded. */
interface Target {
  readonly path: string;
  readonly query: string;
  /** Authority of the target or, without one, the Host header; `undefined` where HTTP/1.0 has none. */
  readonly host: string | undefined;
}

/** Answers one request, whatever happens; resolves when the answer is out or the client gone. */
export async function handle(
  options: HandlerOptions,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const settings = options.settings();
  const cors = corsHeaders(settings.allowOrigin, message.headers.origin);
  const began = performance.now();
  const reached: { route?: Route } = {};
  let answer: Answer;
  try {
    answer = await decide(options, settings, message, response, (route) => {
      reached.route = route;
    });
  } catch (error) {
    answer = failed(options.log, message, error);
  }
  options.meters.answered(message.method ?? '', reached.route, answer.status ?? 200, performance.now() - began);
  try {
    await send(message, response, answer, cors, options.unread);
  } catch (error) {
    options.log.error(`${describe(message)}: the answer broke off`, error);
    response.destroy();
  }
}

function failed(log: Log, message: IncomingMessage, error: unknown): Answer {
  const told = httpErrorOf(error);
  if (told === undefined) {
    log.error(`${describe(message)} failed`, error);
    return failure(500, 'internal error');
  }
  // Every client that asks meanwhile is told to come later; the cause was logged where it began.
  if ('Retry-After' in told.headers) log.debug(`${describe(message)}: ${told.message}`);
  else if (told.status >= 500) log.warning(`${describe(message)}: ${told.message}`, told.cause);
  return failure(told.status, told.message, told.headers);
}

async function decide(
  options: HandlerOptions,
  settings: AccessSettings,
  message: IncomingMessage,
  response: ServerResponse,
  onRoute: (route: Route) => void,
): Promise<Answer> {
  const { path, query, host } = parseTarget(message);
  // Node has left out the headers beyond, and one of them may be the one that counts.
  if (message.rawHeaders.length >= 2 * options.mostHeaders) throw new HttpError(431, 'too many headers');
  if (host === undefined && message.httpVersion !== '1.0') throw new HttpError(400, 'missing header: Host');
  // With a WEBKEY the token keeps out a page whose name points to the box, and clients may use any name.
  if (
    options.isTrusted !== true &&
    host !== undefined &&
    settings.webkey === '' &&
    !isOwnHost(host, settings.hostNames)
  ) {
    throw new HttpError(
      421,
      `unknown host ${host}: use the IP address of the box, or add it to host_names in api.conf`,
    );
  }
  if (message.method === 'OPTIONS') return preflight(options, settings, path, message);
  const match = options.router.match(path);
  const route = match.route(message.method ?? '');
  onRoute(route);
  const expected = expectation(message);
  const remote = message.socket.remoteAddress ?? '';
  const { session, means } = admit(options, settings, route, message, {
    host: host ?? '',
    remote,
    query,
    rest: match.rest,
  });
  const inQuery = parseForm(query);
  const body = await readBody(message, options.limits, () => {
    if (expected !== undefined) response.writeContinue();
  });
  const fields = mergeFields(inQuery, body);
  const values = readParams(route.params, fields);
  return route.handle(values, {
    method: message.method ?? '',
    rest: match.rest,
    headers: message.headers,
    identity: session.identity,
    session,
    means,
    remote,
    cut: () => message.socket.destroy(),
  });
}

/**
 * The answer to OPTIONS. A browser shows its page what a path that is not there is answered only after a preflight that
 * succeeds.
 */
function preflight(
  { router }: HandlerOptions,
  { allowOrigin }: AccessSettings,
  path: string,
  message: IncomingMessage,
): Answer {
  const asks = message.headers['access-control-request-method'];
  const isThere = asks === undefined || allowOrigin === '' || router.patternOf(path) !== '';
  const allow = isThere ? router.match(path).allow : 'GET, POST, PUT, DELETE, HEAD, OPTIONS';
  return {
    status: 204,
    headers: { Allow: allow, ...(allowOrigin === '' ? {} : preflightHeaders(allow, message.headers)) },
  };
}

/** @throws {HttpError} 400 */
function parseTarget(message: IncomingMessage): Target {
  const target = /^(?:https?:\/\/([^/?#]*))?(\/[^?#]*|)(?:\?([^#]*))?$/i.exec(message.url ?? '');
  if (target === null) throw new HttpError(400, 'bad request target');
  const [, authority, path, query] = target;
  // An authority in the target replaces the Host header (RFC 9112 §3.2.2).
  return {
    path: path === '' || path === undefined ? '/' : path,
    query: query ?? '',
    host: authority ?? message.headers.host,
  };
}

/**
 * Whether the client waits for 100 Continue before it sends its body (RFC 9110 §10.1.1).
 * @throws {HttpError} 417 when it waits for something else
 */
function expectation({ httpVersion, headers: { expect } }: IncomingMessage): '100-continue' | undefined {
  if (expect === undefined || httpVersion === '1.0') return undefined;
  if (expect.toLowerCase() !== '100-continue') throw new HttpError(417, `expectation not supported: ${expect}`);
  return '100-continue';
}

/** Where a request comes from and goes to. */
interface Way {
  readonly host: string;
  readonly remote: string;
  readonly query: string;
  readonly rest: string;
}

const anybody: Session = { identity: nobody, until: undefined, isCurrent: () => true };

/** Who asks, and by what they were let in. */
interface Admitted {
  readonly session: Session;
  readonly means: Means;
}

/**
 * Who asks.
 * @throws {HttpError} 401, 403 or 429 unless they may use the route
 */
function admit(
  options: HandlerOptions,
  settings: AccessSettings,
  route: Route,
  message: IncomingMessage,
  way: Way,
): Admitted {
  if (route.access === 'open') return { session: anybody, means: 'open' };
  if (options.isTrusted === true) return { session: options.accounts.keySession(), means: 'socket' };
  if (route.takesMetricsToken && hasToken(settings.metricsToken, message.headers)) {
    return { session: anybody, means: 'token' };
  }
  const tokens = tokensIn(message.headers);
  // A token is worth more than a ticket, which is not used up then.
  const ticket = route.ticket === undefined || tokens.length > 0 ? undefined : ticketIn(way.query);
  const verdict =
    ticket === undefined || route.ticket === undefined
      ? authenticate(settings.webkey, options.accounts, message.headers, options.now())
      : (sessionOf(ticket, isTicketFor(route.ticket, way.rest), message, options.accounts) ?? 'wrong');
  const session = admitted(options, verdict, way.remote, ticket ?? tokens.join('\n'));
  // Who signed in is known by more than by being in this network.
  if (settings.webkey === '' && session.until === undefined) {
    admitWithoutKey(settings, route, message, way.host, way.remote);
  }
  if (!includesRole(session.identity.role, route.role)) throw new HttpError(403, `needs the role ${route.role}`);
  const isAsked = settings.webkey !== '' || session.until !== undefined;
  return { session, means: ticket !== undefined ? 'ticket' : isAsked ? 'token' : 'open' };
}

/** HEAD opens nothing: the GET that it announces still needs the ticket. */
function sessionOf(
  ticket: string,
  wanted: ReturnType<typeof isTicketFor>,
  { method }: IncomingMessage,
  accounts: Accounts,
): Session | undefined {
  return method === 'HEAD' ? accounts.seeTicket(ticket, wanted) : accounts.useTicket(ticket, wanted);
}

/** @throws {HttpError} 401 or 429 unless somebody is known */
function admitted(options: HandlerOptions, verdict: Verdict, remote: string, shown: string): Session {
  switch (verdict) {
    case 'missing':
      throw unauthorized('missing header: Authorization');
    case 'over':
      throw unauthorized('the session is over: sign in again');
    case 'wrong': {
      const wait = options.throttle.wrong(remote, shown, options.now().getTime());
      if (wait > 0) {
        options.warnings.everyMinute('guesses', `${remote} sends one wrong token after another, as who guesses does`);
        throw tooMany(wait);
      }
      options.warnings.everyMinute('wrong token', `wrong token from ${remote}`);
      throw unauthorized('wrong token');
    }
    default:
      return verdict;
  }
}

/** Without a WEBKEY the box is open to its network, but not to the pages that browsers in this network show. */
function admitWithoutKey(
  { allowOrigin }: AccessSettings,
  route: Route,
  { method = '', headers }: IncomingMessage,
  host: string,
  remote: string,
): void {
  if (route.access === 'ours' && !(isLoopback(remote) && !isForwarded(headers))) {
    throw new HttpError(403, 'needs a WEBKEY in api.conf, or a client on the box itself');
  }
  const own = { allowOrigin, host };
  // A request that only reads is refused to scripts only: loaded as a link or by a player, it tells a page nothing.
  const whose = route.acts || headers.origin !== undefined ? foreignPage(method, headers, own) : undefined;
  if (whose !== undefined) {
    throw new HttpError(403, `${whose} are not allowed: set a WEBKEY, or allow_origin, in api.conf`);
  }
}

function unauthorized(text: string): HttpError {
  // RFC 9110 §11.6.1 wants a challenge. With a scheme of our own, no browser asks for a password.
  return new HttpError(401, text, { 'WWW-Authenticate': 'Token realm="coocenter-api"' });
}

function tooMany(seconds: number): HttpError {
  // Each further guess costs a connection.
  return new HttpError(429, 'too many wrong tokens', { 'Retry-After': String(seconds), Connection: 'close' });
}

function describe(message: IncomingMessage): string {
  // What stands in a log must not be of use to its reader.
  return `${message.method ?? ''} ${(message.url ?? '').replace(/([?&](?:ticket|signature)=)[^&#]*/g, '$1…')}`;
}
