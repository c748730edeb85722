// Also tests calls.ts.
import t, { type Test } from 'tap';
import { callsRoutes } from '../../../src/http/routes/calls.ts';
import { missedCallsRoutes } from '../../../src/http/routes/missed-calls.ts';
import { HttpServer } from '../../../src/http/server.ts';
import { Refusal } from '../../../src/system/refusal.ts';
import { hashPassword } from '../../../src/users/password.ts';
import type { Order } from '../../../src/work/dispositions.ts';
import { MissedList, type Lost } from '../../../src/work/missed-list.ts';
import type { Asker } from '../../../src/work/missed-calls.ts';
import { accountsWith } from '../../users/made.ts';
import { ask, memoryLog, type Reply } from '../client.ts';
import { auth, message, settings } from '../toy.ts';

const hash = await hashPassword('correct horse');
const users = new Map([
  ['anna', { name: 'anna', role: 'agent' as const, extension: '801', hash }],
  ['boss', { name: 'boss', role: 'supervisor' as const, extension: '', hash }],
]);

interface Served {
  readonly as: (name: string, path: string, fields?: Readonly<Record<string, string>>) => Promise<Reply>;
  readonly asked: unknown[];
}

/** Real rows behind the routes; who sees what is not theirs. */
async function serve(t: Test, dispositions: Readonly<Record<string, string>> = {}): Promise<Served> {
  const list = new MissedList(() => ({ international: '', days: 7 }));
  const lost = (uuid: string, number: string, queue: string, at: number): Lost => ({
    ...{
      uuid,
      number,
      name: '',
      queue,
      queues: [queue],
      cause: 'NO_ASSIGN',
      wait: 3,
      agentCode: '',
      trunkNumber: '',
      at,
    },
    hasVoicemail: false,
  });
  list.lost(lost('1.1', '85322361', '630', 1_000_000));
  list.lost(lost('1.2', '85322362', '631', 2_000_000));
  const asked: unknown[] = [];
  const done = (id: string): Promise<NonNullable<ReturnType<MissedList['get']>>> => Promise.resolve(list.get(id)!);
  const missedCalls = {
    list: (asker: Asker) => {
      asked.push(asker);
      return list.all;
    },
    claim: (id: string, asker: Asker) => {
      list.claim(id, asker, 3_000_000);
      return done(id);
    },
    close: (id: string, asker: Asker, outcome: string, note: string) => {
      list.close(id, asker, outcome, note, 4_000_000);
      return done(id);
    },
    reopen: (id: string, asker: Asker) => {
      list.reopen(id, asker, 5_000_000);
      return done(id);
    },
  };
  const codes = (): Map<string, string> => new Map(Object.entries(dispositions));
  const accounts = accountsWith(() => ({ webkey: 'k', users }));
  const server = new HttpServer({
    routes: [
      ...missedCallsRoutes({ missedCalls, dispositions: codes }),
      ...callsRoutes({
        dispositions: codes,
        dispose: (order: Order) => {
          asked.push(order);
          if (order.callId === 'none') return Promise.reject(new Refusal('not-found', 'no such call'));
          return Promise.resolve({ inRecord: true });
        },
      }),
    ],
    accounts,
    log: memoryLog(),
    settings: () => settings,
  });
  await server.start();
  t.teardown(() => server.stop());
  const tokens = new Map<string, string>();
  for (const name of users.keys()) {
    const signedIn = await accounts.signIn(name, 'correct horse', () => undefined);
    tokens.set(name, `Bearer ${signedIn!.token}`);
  }
  return {
    asked,
    as: (name, path, fields) => {
      const headers = { Authorization: tokens.get(name) ?? auth.Authorization };
      const coded = fields && new URLSearchParams(fields).toString();
      const type = { 'Content-Type': 'application/x-www-form-urlencoded' };
      return coded === undefined
        ? ask(server.ports[0]!, 'GET', `/coocenter-api/${path}`, headers)
        : ask(server.ports[0]!, 'POST', `/coocenter-api/${path}`, { ...headers, ...type }, coded);
    },
  };
}

interface Data {
  readonly missedCalls: readonly Readonly<Record<string, unknown>>[];
  readonly total: number;
}
const dataOf = ({ body }: Reply): Data & Readonly<Record<string, unknown>> =>
  (JSON.parse(body) as { data: Data & Record<string, unknown> }).data;

void t.test('the list: newest first, by state and queue', async (t) => {
  const { as, asked } = await serve(t);
  const numbers = async (query: string): Promise<unknown[]> =>
    dataOf(await as('boss', `missed-calls${query}`)).missedCalls.map(({ number }) => number);
  t.same(await numbers(''), ['85322362', '85322361']);
  t.same(await numbers('?queue=630'), ['85322361']);
  t.match(dataOf(await as('boss', 'missed-calls?limit=1')), { total: 2, missedCalls: { length: 1 } });
  await as('anna', 'missed-calls/claim', { id: '1.1' });
  await as('boss', 'missed-calls/close', { id: '1.2' });
  t.same(await numbers(''), ['85322361'], 'what is claimed is not closed');
  t.same(await numbers('?state=open'), []);
  t.same(await numbers('?state=claimed'), ['85322361']);
  t.same(await numbers('?state=closed'), ['85322362']);
  t.same(await numbers('?state=all'), ['85322362', '85322361']);
  t.equal((await as('boss', 'missed-calls?state=lost')).status, 400);
  asked.length = 0;
  await as('anna', 'missed-calls');
  await as('', 'missed-calls');
  t.match(asked, [
    { extension: '801', name: 'anna', isAbove: false, confinedTo: '801' },
    { extension: '', name: '', isAbove: true, confinedTo: undefined },
  ]);
});

void t.test('claim, close, reopen: who does it, and what is refused', async (t) => {
  const { as } = await serve(t, { sold: 'Sold' });
  const told = (reply: Reply): unknown => [reply.status, message(reply.body)];
  t.match(dataOf(await as('anna', 'missed-calls/claim', { id: '1.1' })), {
    ...{ id: '1.1', state: 'claimed', claimedBy: '801', claimedByName: 'anna', claimTime: /^1970/, closedHow: '' },
  });
  t.same(told(await as('boss', 'missed-calls/claim', { id: '1.1' })), [409, 'the missed call is claimed by anna, 801']);
  t.same(told(await as('anna', 'missed-calls/claim', { id: '1.1', extension: '802' })), [
    403,
    'an agent may do this for extension 801 only',
  ]);
  t.same(told(await as('', 'missed-calls/claim', { id: '1.2' })), [400, 'missing parameter: extension']);
  t.match(dataOf(await as('', 'missed-calls/claim', { id: '1.2', extension: '805' })), { claimedBy: '805' });
  t.same(told(await as('anna', 'missed-calls/close', { id: '1.2' })), [409, 'the missed call is claimed by 805']);
  t.same(told(await as('anna', 'missed-calls/close', { id: '1.1', outcome: 'won' })), [
    400,
    'parameter outcome must be one of sold',
  ]);
  const note = 'called twice\nno "answer"';
  t.match(dataOf(await as('anna', 'missed-calls/close', { id: '1.1', outcome: 'sold', note })), {
    ...{ state: 'closed', closedHow: 'closed', closedBy: '801', closedByName: 'anna', outcome: 'sold', note },
  });
  t.same(told(await as('anna', 'missed-calls/close', { id: '1.1' })), [409, 'the missed call is closed']);
  t.match(dataOf(await as('anna', 'missed-calls/reopen', { id: '1.1' })), { state: 'open', outcome: '', note: '' });
  t.same(told(await as('anna', 'missed-calls/reopen', { id: '1.1' })), [409, 'the missed call is open']);
  t.same(told(await as('anna', 'missed-calls/claim', { id: '9.9' })), [404, 'no such missed call']);
});

void t.test('a disposition: whose it is, its words, and what is refused', async (t) => {
  const { as, asked } = await serve(t, { sold: 'Sold' });
  const give = (name: string, fields: Readonly<Record<string, string>>): Promise<Reply> =>
    as(name, 'calls/disposition', { uuid: '1.2', code: 'sold', ...fields });
  t.strictSame(dataOf(await give('anna', { note: 'a', ready: '1' })), { inRecord: true });
  await give('boss', {});
  await give('', { extension: '805' });
  t.match(asked, [
    { ...{ callId: '1.2', code: 'sold', text: 'Sold', note: 'a', extension: '801', name: 'anna' }, isReady: true },
    { note: '', extension: '', name: 'boss', confinedTo: undefined, isReady: false },
    { extension: '805', name: '' },
  ]);
  t.equal((asked[0] as Order).confinedTo, '801');
  asked.length = 0;
  t.equal((await give('anna', { extension: '802' })).status, 403);
  const wrong = await give('anna', { code: 'won' });
  t.same([wrong.status, message(wrong.body)], [400, 'parameter code must be one of sold']);
  for (const bad of [{ code: '' }, { uuid: '' }, { uuid: 'a b' }, { note: 'x'.repeat(501) }, { note: 'a\x07' }]) {
    t.equal((await give('anna', bad)).status, 400, JSON.stringify(bad));
  }
  t.same(asked, []);
  t.equal((await give('boss', { uuid: 'none' })).status, 404);
});

void t.test('without dispositions in api.conf any code is one', async (t) => {
  const { as, asked } = await serve(t);
  t.equal((await as('anna', 'calls/disposition', { uuid: '1.2', code: 'won' })).status, 200);
  t.match(asked, [{ code: 'won', text: '' }]);
  t.equal((await as('anna', 'missed-calls/close', { id: '1.1', outcome: 'reached-later' })).status, 200);
});
