import type { Accounts } from '../../users/accounts.ts';
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
const sessionSample: ValueOf<typeof sessionSchema> = {
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
      methods: ['GET'],
      path: '/coocenter-api/session',
      summary: 'Who one is, and until when',
      role: 'agent',
      answer: () => succeeds('signed in', sessionSchema(), sessionSample),
      handle: (_values, { session: { identity, until } }) =>
        success('signed in', { ...identity, until: until === undefined ? '' : localTime(until) }),
    }),
    route({
      methods: ['POST'],
      path: '/coocenter-api/session/ticket',
      summary: 'A ticket for the query of one request, where no header can be sent',
      role: 'agent',
      params: { purpose: oneOf('stream', 'recording'), path },
      meanings: {
        purpose: 'what the ticket opens',
        path: 'the recording that it opens: what recordfile or filePath carried',
      },
      answer: () => succeeds('ticket issued', ticketSchema(), { ticket: 'nB2c…', seconds: ticketSeconds }),
      refuses: {
        400: ['missing parameter: path (of the recording)'],
        503: ['too many tickets are not used yet'],
      },
      handle({ purpose, path: wanted }, { session }) {
        const ticket = deps.accounts.issueTicket(session, purposeOf(purpose, wanted));
        return success('ticket issued', { ticket, seconds: ticketSeconds });
      },
    }),
  ];
}

/** @throws {HttpError} 400 */
function purposeOf(to: Purpose['to'], path: string | undefined): Purpose {
  if (to === 'stream') return { to };
  if (path === undefined) throw new HttpError(400, 'missing parameter: path (of the recording)');
  return { to, path: path.replace(/^\/?coocenter-api\/monitor\/|^\//, '') };
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
  const { token, userId, session } = signedIn;
  return { body: { status: 'success', token, username: session.identity.name, userId }, headers: notKept };
}

const notKept = { 'Cache-Control': 'no-store' };

/** Contract §5.1: without a message. */
const unauthorized: JsonAnswer = {
  status: 401,
  headers: { ...notKept, 'WWW-Authenticate': 'Token realm="coocenter-api"' },
  body: { status: 'Unauthorized' },
};

function tooMany(seconds: number): HttpError {
  return new HttpError(429, 'too many wrong passwords', { 'Retry-After': String(seconds), Connection: 'close' });
}
