import t, { type Test } from 'tap';
import { codesRoutes } from '../../../src/http/routes/codes.ts';
import { queueRoutes } from '../../../src/http/routes/queues.ts';
import { HttpServer } from '../../../src/http/server.ts';
import { controlled, listed, message as event, response, type FakeAsterisk } from '../../control/fake.ts';
import { accountsWith } from '../../users/made.ts';
import { ask, memoryLog, type Reply } from '../client.ts';
import { auth, form, message, pause, settings } from '../toy.ts';

interface Served {
  readonly ami: FakeAsterisk;
  readonly picture: ReturnType<typeof controlled>['own']['picture'];
  readonly get: (path: string) => Promise<Reply>;
  readonly pause: (fields: string) => Promise<Reply>;
}

async function serve(t: Test, reasons: Readonly<Record<string, string>>): Promise<Served> {
  const { ami, own, control } = controlled();
  own.picture.relistQueues(listed({ Location: 'PJSIP/800', Name: 'Agent', Paused: '0' }), '630');
  ami.answer('QueuePause', response('Interface paused successfully'));
  const pauseReasons = (): Map<string, string> => new Map(Object.entries(reasons));
  const server = new HttpServer({
    routes: [
      ...codesRoutes({ pauseReasons, dispositions: () => new Map([['sold', 'Sold']]) }),
      ...queueRoutes({
        control,
        picture: own.picture,
        pauseReasons,
        registrations: () => Promise.resolve([]),
        dialFeatures: () => false,
        international: () => '',
        requireUp: () => undefined,
      }),
    ],
    accounts: accountsWith(() => ({ webkey: 'k' })),
    log: memoryLog(),
    settings: () => settings,
  });
  await server.start();
  t.teardown(() => server.stop());
  const port = server.ports[0]!;
  return {
    ami,
    picture: own.picture,
    get: (path) => ask(port, 'GET', `/coocenter-api/${path}`, auth),
    pause: (fields) => ask(port, 'POST', pause, form, `queue=630&member=800&state=on${fields}`),
  };
}

void t.test('the codes, in the order of api.conf', async (t) => {
  const { get } = await serve(t, { lunch: 'Lunch', wc: '洗手间' });
  const { status, body } = await get('codes');
  t.equal(status, 200);
  t.strictSame(JSON.parse(body), {
    status: 'success',
    message: 'Codes will follow',
    data: {
      pauseReasons: [
        { code: 'lunch', text: 'Lunch' },
        { code: 'wc', text: '洗手间' },
      ],
      dispositions: [{ code: 'sold', text: 'Sold' }],
    },
  });
});

void t.test('contract §4.5: a reason is one of those of api.conf, if there are any', async (t) => {
  const { ami, pause: paused } = await serve(t, { lunch: 'Lunch', wc: 'Break' });
  t.equal((await paused('&reason=lunch')).status, 200);
  t.match(ami.asked.at(-1), { name: 'QueuePause', fields: { Reason: 'lunch' } });
  const before = ami.asked.length;
  for (const wrong of ['tea', 'Lunch', 'agent-pause']) {
    const { status, body } = await paused(`&reason=${wrong}`);
    t.equal(status, 400, wrong);
    t.equal(message(body), 'parameter reason must be one of lunch, wc');
  }
  t.equal(ami.asked.length, before, 'Asterisk is asked for nothing');
  t.equal((await paused('')).status, 200, 'clients that know of no reasons go on as before');
  t.match(ami.asked.at(-1), { fields: { Reason: 'agent-pause' } });
});

void t.test('contract §4.5: without any, a reason is any text that Asterisk can keep', async (t) => {
  const { ami, pause: paused } = await serve(t, {});
  t.equal((await paused(`&reason=${encodeURIComponent('吃饭, back at 2')}`)).status, 200);
  t.match(ami.asked.at(-1), { fields: { Reason: '吃饭, back at 2' } });
  for (const wrong of ['wrap-up', 'Wrap-Up', 'a;b', 'a|b', 'a\nb', ' a', 'x'.repeat(65)]) {
    const { status, body } = await paused(`&reason=${encodeURIComponent(wrong)}`);
    t.equal(status, 400, wrong);
    t.match(message(body), /^parameter reason must be 1 to 64 characters/);
  }
});

void t.test('contract §4.4: a member has no more fields when it is paused for a reason', async (t) => {
  const { get, picture } = await serve(t, {});
  const info = async (): Promise<unknown> =>
    (JSON.parse((await get('queues/queue-info')).body) as { data: Record<string, unknown> }).data['630'];
  const member = { Queue: '630', Interface: 'PJSIP/800', MemberName: 'Agent', Status: '1', Penalty: '0' };
  const told = async (Paused: string, PausedReason: string): Promise<unknown> => {
    picture.apply(event({ Event: 'QueueMemberPause', ...member, Paused, PausedReason }), 0);
    return info();
  };
  const row = { name: 'pjsip/800', paused: '0', penalty: '0' };
  t.strictSame(await told('1', 'lunch'), [{ ...row, paused: '1' }]);
  t.strictSame(await told('1', ''), [{ ...row, paused: '1' }]);
  t.strictSame(await told('0', ''), [row]);
});
