import t from 'tap';
import { HttpError, httpErrorOf } from '../../src/http/http-error.ts';
import type { RefusalKind } from '../../src/system/refusal.ts';
import { Refusal } from '../../src/system/refusal.ts';

void t.test('contract §4: the status of each kind of refusal', (t) => {
  const statuses: Record<RefusalKind, number> = {
    invalid: 400,
    'not-found': 404,
    conflict: 409,
    unavailable: 503,
    timeout: 504,
  };
  const cause = new Error('socket');
  for (const [kind, status] of Object.entries(statuses) as [RefusalKind, number][]) {
    t.match(httpErrorOf(new Refusal(kind, 'why', { cause })), { status, message: 'why', headers: {}, cause }, kind);
  }
  t.match(httpErrorOf(new Refusal('unavailable', 'away', { retryAfter: 2 })), { headers: { 'Retry-After': '2' } });
  const own = new HttpError(405, 'method not allowed');
  t.equal(httpErrorOf(own), own);
  t.equal(httpErrorOf(new TypeError('a bug')), undefined, 'a bug is none of the client’s business');
  t.end();
});
