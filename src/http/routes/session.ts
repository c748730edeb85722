import type { Accounts, SignedIn } from '../../users/accounts.ts';
import type { Session } from '../../users/session.ts';
import { ticketSeconds, type Purpose } from '../../users/tickets.ts';
import type { RepeatedWarnings } from '../../system/repeated-warnings.ts';
import { localTime } from '../../system/local-time.ts';
import { is, type ValueOf } from '../../system/schema.ts';
import { roles } from '../../users/identity.ts';
import { succeeds } from '../answer-doc.ts';
import { success, type JsonAnswer } from '../answer.ts';
import { HttpError } from '../http-error.ts';
import { oneOf, optional, text } from '../params.ts';
import { route, type Request, type Route } from '../route.ts';
import type { Throttle } from '../throttle.ts';

/** What these routes need. */
export interface SessionDeps {
  readonly accounts: Accounts;
  /** Wrong passwords cost what wrong tokens cost. */
  readonly throttle: Throttle;
  readonly warnings: Pick<RepeatedWarnings, 'everyMinute'>;
}

const username = text('[^\\x00-\\x1f\\x7f]{1,64}', '1 to 64 characters');
const password = text('[^\\x00]{1,200}', '1 to 200 characters');
const path = optional(text('[^\\x00-\\x1f\\x7f]{1,500}', 'the path of a recording, 1 to 500 characters'));

const user = optional(text('[^\\x00-\\x1f\\x7f]{1,64}', 'for a page: the user who signs in, 1 to 64 characters'));

const signedInSchema = () =>
  is.object({
    status: is.word(['success']),
    token: is.text('for `Authorization: Bearer`'),
    username: is.text(),
    userId: is.integer('the same number each time'),
  });
const signedInSample: ValueOf<typeof signedInSchema> = {
  status: 'success',
  token: 's1.WyJ1c2VyIiwx…',
  username: 'anna',
  userId: 1213502048,
};

const sessionSchema = () =>
  is.object({
    name: is.text('empty with the token of the day'),
    role: is.word(roles),
    extension: is.text('empty: none'),
    until: is.text('time of the box; empty with the token of the day'),
  });
/** Who signed in. */
export type SessionInfo = ValueOf<typeof sessionSchema>;
const sessionSample: SessionInfo = {
  name: 'anna',
  role: 'agent',
  extension: '801',
  until: '2026-11-25 20:20:56',
};

const ticketSchema = () => is.object({ ticket: is.text('for the query'), seconds: is.integer('until it ends') });

/** Contract §5.1: signing in, who one is, and tickets for what cannot send a header. */
export function sessionRoutes(deps: SessionDeps): Route[] {
  return [
    route({
      methods: ['POST'],
      path: '/coocenter-api/local/login',
      summary: 'Sign in: a token for 12 hours (§5.1)',
      access: 'open',
      role: 'agent',
      params: { username, password },
      meanings: { username: 'who signs in', password: 'their password, or the WEBKEY' },
      answer: () => [
        { description: 'Signed in', schema: signedInSchema(), examples: [signedInSample] },
        {
          status: 401,
          description: 'A wrong password, or nobody has this name',
          schema: is.object({ status: is.word(['Unauthorized']) }),
          examples: [unauthorized.body],
        },
      ],
      refuses: { 429: ['too many wrong passwords'], 503: ['… requests like this one wait already'] },
      handle: (values, request) => login(deps, values, request),
    }),
    route({
      methods: ['POST'],
      path: '/coocenter-api/session/enter',
      summary: 'Sign in by a ticket for a page',
      access: 'open',
      role: 'agent',
      params: { ticket: text('[\\w-]{1,100}', 'a ticket of session/ticket with the purpose page') },
      meanings: { ticket: 'what an admin, or the user, asked for: good for a minute, and once' },
      answer: () => ({ description: 'Signed in', schema: signedInSchema(), examples: [signedInSample] }),
      refuses: { 400: ['the ticket is not valid any more'], 429: ['too many wrong tickets'] },
      handle: (values, request) => enter(deps, values.ticket, request),
    }),
    route({
      methods: ['POST'],
      path: '/coocenter-api/session/renew',
      summary: 'A wallboard stays signed in',
      access: 'ours',
      role: 'wallboard',
      answer: () => ({ description: 'Signed in anew', schema: signedInSchema(), examples: [signedInSample] }),
      refuses: { 403: ['only a wallboard stays signed in by itself'] },
      handle(_values, { session }) {
        const renewed = deps.accounts.renew(session);
        if (renewed === undefined) throw new HttpError(403, 'only a wallboard stays signed in by itself');
        return told(renewed);
      },
    }),
    route({
      methods: ['GET'],
      path: '/coocenter-api/session',
      summary: 'Who one is, and until when',
      role: 'wallboard',
      answer: () => succeeds('signed in', sessionSchema(), sessionSample),
      handle: (_values, { session: { identity, until } }) =>
        success('signed in', { ...identity, until: until === undefined ? '' : localTime(until) }),
    }),
    route({
      methods: ['POST'],
      path: '/coocenter-api/session/ticket',
      summary: 'A ticket for the query of one request, where no header can be sent',
      role: 'wallboard',
      params: { purpose: oneOf('stream', 'recording', 'page'), path, user },
      meanings: {
        purpose: 'what the ticket opens',
        path: 'the recording that it opens: what recordfile or filePath carried',
        user: 'who is to be signed in by the page',
      },
      answer: () => succeeds('ticket issued', ticketSchema(), { ticket: 'nB2c…', seconds: ticketSeconds }),
      refuses: {
        400: [
          'missing parameter: path (of the recording)',
          'missing parameter: user (who signs in)',
          'no such user: …',
        ],
        403: ['only an admin lets another user sign in'],
        503: ['too many tickets are not used yet'],
      },
      handle({ purpose, path: wanted, user: whom }, { session }) {
        const ticket = deps.accounts.issueTicket(
          session,
          purpose === 'page' ? pagePurpose(deps.accounts, session, whom) : purposeOf(purpose, wanted),
        );
        return success('ticket issued', { ticket, seconds: ticketSeconds });
      },
    }),
  ];
}

/** @throws {HttpError} 400 */
function purposeOf(to: 'stream' | 'recording', path: string | undefined): Purpose {
  if (to === 'stream') return { to };
  if (path === undefined) throw new HttpError(400, 'missing parameter: path (of the recording)');
  return { to, path: path.replace(/^\/?coocenter-api\/monitor\/|^\//, '') };
}

/**
 * For the page of a user: an admin names anybody of the box, others are who they are.
 * @throws {HttpError} 400 and 403
 */
function pagePurpose(accounts: Accounts, { identity }: Session, named: string | undefined): Purpose {
  const wanted = named ?? identity.name;
  if (wanted === '') throw new HttpError(400, 'missing parameter: user (who signs in)');
  const found = accounts.identityOf(wanted);
  // Others are not told whether there is such a user.
  if (found?.name !== identity.name && identity.role !== 'admin') {
    throw new HttpError(403, 'only an admin lets another user sign in');
  }
  if (found === undefined) throw new HttpError(400, `no such user: ${wanted}`);
  return { to: 'page', user: found.name };
}

interface Given {
  readonly username: string;
  readonly password: string;
}

async function login(
  { accounts, throttle, warnings }: SessionDeps,
  given: Given,
  { remote }: Request,
): Promise<JsonAnswer> {
  const shown = `${accounts.generation}\n${given.username}\n${given.password}`;
  const wrong = (): JsonAnswer => {
    const wait = throttle.wrong(remote, shown, Date.now());
    if (wait > 0) throw tooMany(wait);
    warnings.everyMinute('wrong password', `wrong password from ${remote}`);
    return unauthorized;
  };
  // A client that tries its old password all day costs no hash.
  if (throttle.isCounted(remote, shown)) return wrong();
  const signedIn = await accounts.signIn(given.username, given.password, () => {
    const wait = throttle.wait(remote, Date.now());
    if (wait === 0) return;
    warnings.everyMinute('guesses', `${remote} sends one wrong password after another, as who guesses does`);
    throw tooMany(wait);
  });
  if (signedIn === undefined) return wrong();
  return told(signedIn);
}

function enter({ accounts, throttle, warnings }: SessionDeps, ticket: string, { remote }: Request): JsonAnswer {
  const signedIn = accounts.enter(ticket);
  if (signedIn !== undefined) return told(signedIn);
  const wait = throttle.wrong(remote, ticket, Date.now());
  if (wait > 0) throw tooMany(wait, 'too many wrong tickets');
  warnings.everyMinute('wrong ticket', `wrong ticket from ${remote}`);
  throw new HttpError(400, 'the ticket is not valid any more');
}

function told({ token, userId, session }: SignedIn): JsonAnswer {
  return { body: { status: 'success', token, username: session.identity.name, userId }, headers: notKept };
}

const notKept = { 'Cache-Control': 'no-store' };

/** Contract §5.1: without a message. */
const unauthorized: JsonAnswer = {
  status: 401,
  headers: { ...notKept, 'WWW-Authenticate': 'Token realm="coocenter-api"' },
  body: { status: 'Unauthorized' },
};

function tooMany(seconds: number, text = 'too many wrong passwords'): HttpError {
  return new HttpError(429, text, { 'Retry-After': String(seconds), Connection: 'close' });
}
