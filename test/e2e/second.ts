import t from 'tap';
import type { Test } from 'tap';
import { hashPassword } from '../../src/users/password.ts';
import { formatUser } from '../../src/users/user.ts';
import type { Call } from '../lab/call.ts';
import type { Phone } from '../lab/phone.ts';
import type { Lab } from '../lab/scenario.ts';
import { withLab } from '../lab/scenario.ts';
import type { Setup } from '../lab/setup.ts';
import { techOf } from '../lab/setup.ts';
import { eventually } from '../lab/within.ts';
import { errorsIn } from '../oracle/errors.ts';
import type { Answered } from './curl.ts';
import type { Client, Fields } from './second-clients.ts';
import { clients } from './second-clients.ts';
import { whoHears } from './who-hears.ts';

const password = 'p ss+wörd&=%';
const plugin = 'plugin-asterisk';
const done = (message: string): unknown => ({ status: 200, json: { status: 'success', message } });
const error = (status: number, message: string): unknown => ({ status, json: { status: 'error', message } });
type Row = Readonly<Record<string, string>>;

/** One client that has signed in, at the lab. */
interface Stage {
  readonly lab: Lab;
  readonly tech: string;
  readonly phones: Readonly<Record<'800' | '801' | '802' | '803' | '804', Phone>>;
  readonly ask: (method: string, path: string, fields?: Fields) => Promise<Answered>;
  readonly post: (path: string, fields: Fields) => Promise<Answered>;
  readonly client: Client;
}

/** The next call of a phone that still goes on. */
async function next(phone: Phone): Promise<Call> {
  for (;;) {
    const call = await phone.incoming();
    if (call.state !== 'ended') return call;
  }
}

async function currentCalls({ ask }: Stage): Promise<Row[]> {
  return ((await ask('GET', `${plugin}/extension/current-calls`)).json as { data: Row[] }).data;
}

async function quiet(stage: Stage): Promise<void> {
  await eventually('no channel is left', async () => (await currentCalls(stage)).length === 0);
}

async function talking(stage: Stage, from: '800' | '803', to: '801' | '802'): Promise<readonly [Call, Call]> {
  const call = await stage.phones[from].call(to);
  const answer = await next(stage.phones[to]);
  await answer.answer();
  await call.answered();
  await eventually('they hear each other', async () => {
    const rows = await currentCalls(stage);
    const bridges = [from, to].map((exten) => rows.find(({ callerIdNum }) => callerIdNum === exten)?.['bridgeid']);
    return bridges[0] !== '' && bridges[0] !== undefined && bridges[0] === bridges[1];
  });
  return [call, answer];
}

async function signIn(t: Test, lab: Lab, client: Client, username: string): Promise<string> {
  const wrong = await client.send(lab, 'POST', 'local/login', { username, password: 'no' });
  t.strictSame(wrong, { status: 401, json: { status: 'Unauthorized' } }, 'contract §5.1');
  const { status, json } = await client.send(lab, 'POST', 'local/login', { username, password });
  const { token, userId, ...rest } = json as { token: string; userId: unknown };
  t.strictSame([status, typeof token, typeof userId, rest], [200, 'string', 'number', { status: 'success', username }]);
  return token;
}

async function states(t: Test, stage: Stage): Promise<void> {
  const { ask, tech } = stage;
  t.strictSame(await ask('GET', 'systeminfo/ping'), { status: 200, json: { status: 'success' } });
  const size = /^\d[\d.]*[KMGTP]?$/;
  t.match(await ask('GET', 'systeminfo/system-info'), {
    json: { systemVer: /^\d+\.\d+\.\d+/, apiKey: '', ftotal: size, fused: size, upTime: /^\d+$/ },
  });
  const load = (await ask('GET', 'systeminfo/handle-info')).json as Row;
  t.strictSame(Object.keys(load), ['cputotal', 'cpuused', 'memtotal', 'memused', 'currenttime']);
  for (const [name, value] of Object.entries(load)) t.match(value, /^\d+$/, name);
  const { json } = await ask('GET', `${plugin}/extension/extension-status`);
  t.match(json, { status: 'success', message: 'Peer status list will follow' });
  const rows = (json as { data: Row[] }).data;
  t.strictSame(rows[0], { Exten: '800', Type: tech, IPAddr: '127.0.0.1', Status: 'OK' });
  const hints = (await ask('GET', `${plugin}/extension/extension-hints-status`)).json;
  t.match(hints, { status: 'success', message: 'Extension Statuses will follow' });
  const { data } = hints as { data: Row[] };
  t.strictSame(data[0], { Exten: '800', Interface: `${tech}/800`, Status: '0', StatusText: 'Idle' });
  t.match(
    data.find(({ Exten }) => Exten === '805'),
    { Interface: `${tech}/805`, Status: '4', StatusText: 'Unavailable' },
  );
  for (const name of ['plugin-config', 'plugin-coopaging', 'plugin-player']) {
    t.strictSame(await stage.post(`${name}/x`, {}), error(404, `${name} is not part of this product`));
  }
}

/** 800 calls 801 by click, and hands it to 802; then the supervisor comes in. */
async function call(t: Test, stage: Stage): Promise<void> {
  const { post, phones, tech, lab } = stage;
  const clientUserId = `u7 ${stage.client.name}`;
  const wanted = { src: '800', dst: '801', callerId: '+86 10-6552', clientUserId, limitSec: '' };
  t.match(await post(`${plugin}/extension/click-number`, wanted), done('clickToCall extension success'));
  const first = await next(phones['800']);
  t.equal(first.remoteNumber, '801', 'src rings first, and sees dst');
  await first.answer();
  const second = await next(phones['801']);
  t.equal(second.remoteNumber, '+86106552', 'dst sees callerId');
  await second.answer();
  const rows = await eventually('both are in one bridge', async () => {
    const found = await currentCalls(stage);
    return found.length === 2 && found[0]?.['bridgeid'] !== '' && found[0]?.['bridgeid'] === found[1]?.['bridgeid']
      ? found
      : false;
  });
  const of = (exten: string): Row =>
    rows.find(({ channel }) => channel?.startsWith(`${tech}/${exten}-`) === true) ?? {};
  t.match(of('800'), { connectedLineNum: '801', duration: /^00:0\d:\d\d$/ });
  t.match(of('801'), { callerIdNum: '801', callerIdName: 'Agent 801' });
  t.strictSame(Object.keys(of('800')), [
    ...['bridgeid', 'callerIdName', 'callerIdNum', 'channel'],
    ...['connectedLineName', 'connectedLineNum', 'duration'],
  ]);
  await lab.receiver.waitForEvent('dialbegein', { destcalleridnum: '801', clientUserId });
  const forwarded = await post(`${plugin}/extension/transfer`, { src: '800', dst: '802' });
  t.strictSame(forwarded, done('forward extension success'));
  const third = await next(phones['802']);
  await third.answer();
  t.match(await first.ended(), { by: 'them' }, 'src is out');
  t.equal(second.state, 'up');
  await eventually('801 and 802 talk', async () => {
    const found = await currentCalls(stage);
    return found.length === 2 && found.every(({ bridgeid }) => bridgeid === found[0]?.['bridgeid'] && bridgeid !== '');
  });
  await spies(t, stage, second, third);
  await broken(t, stage, second, third);
}

/** Whose voice whom reaches, while 804 is in the call of 801 with 802. */
async function spies(t: Test, stage: Stage, dst: Call, other: Call): Promise<void> {
  const { post, phones } = stage;
  const modes = [
    // The supervisor signed in with the extension 804.
    ['extension-spy', 'spy extension success', { dst: '801' }, [false, false]],
    ['extension-whisper', 'whisper extension success', { src: '804', dst: '801' }, [true, false]],
    ['extension-barge-in', 'barge in extension success', { src: '804', dst: '801' }, [true, true]],
  ] as const;
  for (const [path, message, fields, hearing] of modes) {
    const from = stage.lab.ami.events.length;
    t.strictSame(await post(`${plugin}/extension/${path}`, fields), done(message));
    const own = await next(phones['804']);
    await own.answer();
    await stage.lab.ami.event('ChanSpyStart', () => true, { from });
    const all = [dst, other, own];
    t.same(await whoHears(all, other, own), [true, false, true], `${path}: who signed in hears the other side`);
    t.same(await whoHears(all, dst, own), [false, true, true], `${path}: and dst`);
    t.same((await whoHears(all, own, dst, hearing[0])).slice(0, 2), hearing, `${path}: who hears it`);
    await own.hangUp();
  }
  for (const one of [dst, other]) one.rtp.isSpeaking = true;
}

/** The call of 801 is broken into, while another waits. */
async function broken(t: Test, stage: Stage, dst: Call, other: Call): Promise<void> {
  const { post, phones } = stage;
  const waiting = await phones['803'].call('801');
  const rung = await next(phones['801']);
  await waiting.ringing();
  await eventually('all are told of', async () => (await currentCalls(stage)).length === 4);
  t.strictSame(
    await post(`${plugin}/extension/clear`, { exten: '801', local: '804' }),
    done('split extension success'),
  );
  t.match(await dst.ended(), { by: 'them' });
  t.match(await other.ended(), { by: 'them' });
  t.same([waiting.state, rung.state], ['ringing', 'ringing'], 'the call that waits goes on');
  t.strictSame(await post(`${plugin}/extension/clear`, { exten: '801' }), done('split extension success'), 'it rings');
  await rung.ended();
  await waiting.ended();
  await quiet(stage);
  t.strictSame(await post(`${plugin}/extension/clear`, { exten: '801' }), error(409, 'extension 801 has no call'));
  t.strictSame(await post(`${plugin}/extension/clear`, { exten: '899' }), error(404, 'Extension does not exist.'));
}

async function hangups(t: Test, stage: Stage): Promise<void> {
  const { post, phones } = stage;
  const path = `${plugin}/extension/hangup`;
  const calls = [...(await talking(stage, '800', '801')), ...(await talking(stage, '803', '802'))];
  t.strictSame(await post(path, { extensions: ['801', '803', '804', '899'] }), {
    status: 200,
    json: {
      status: 'success',
      message: 'hangup extension success',
      data: [
        { exten: '801', status: 'Success' },
        { exten: '803', status: 'Success' },
        { exten: '804', status: 'extension 804 has no call' },
        { exten: '899', status: 'Extension does not exist.' },
      ],
    },
  });
  for (const one of calls) t.match(await one.ended(), { by: 'them' });
  await quiet(stage);
  t.strictSame(await post(path, { extensions: ['801', '803'] }), error(409, 'extension 801 has no call'));
  t.strictSame(await post(path, { extensions: [] }), error(400, 'missing parameter: extensions'));
  const one = await phones['800'].call('802');
  const rung = await next(phones['802']);
  // The phone rings before the daemon has read of it.
  await eventually('both are told of', async () => (await currentCalls(stage)).length === 2);
  t.match(await post(path, { extension: '802' }), done('hangup extension success'), 'as the first generation asks');
  await rung.ended();
  await one.ended();
  await quiet(stage);
}

/** Intercom, paging, a conference and a queue, each once: what they do otherwise is tested elsewhere. */
async function others(t: Test, stage: Stage): Promise<void> {
  const { ask, post, phones } = stage;
  t.strictSame(
    await post(`${plugin}/extension/click-intercom`, { dst: '801' }),
    done('clickToIntercom extension success'),
  );
  const own = await next(phones['804']);
  await own.answer();
  await (await next(phones['801'])).answered();
  await own.hangUp();
  await quiet(stage);
  const paging = await post(`${plugin}/paging/click-paging`, { src: '800', dst: ['801', '802'] });
  t.strictSame(paging, done('clickToPaging success'));
  const speaker = await next(phones['800']);
  await speaker.answer();
  for (const exten of ['801', '802'] as const) await (await next(phones[exten])).answered();
  await speaker.hangUp();
  await quiet(stage);
  const confnum = '1585642185';
  t.strictSame(await post(`${plugin}/conference/join-conf`, { confnum, extensions: ['800', '801'] }), {
    status: 200,
    json: { status: 'success', message: ['800', '801'].map((exten) => ({ exten, status: 'Success' })) },
  });
  for (const exten of ['800', '801'] as const) await (await next(phones[exten])).answer();
  const members = await eventually('both are in', async () => {
    const { json } = await post(`${plugin}/conference/conf-info`, { confnum });
    const { data = [] } = json as { data?: Row[] };
    return data.length === 2 ? data : false;
  });
  t.match(await ask('GET', `${plugin}/conference/conf-list`), {
    json: { data: [{ conference: confnum, parties: '2' }] },
  });
  for (const { channel = '' } of members) {
    t.strictSame(await post(`${plugin}/conference/kick-user`, { confnum, channel }), done('Kick user success'));
  }
  await quiet(stage);
  for (const queue of ['630', '631']) await post('queues/agent-login', { extension: '800', queue });
  const membersOf = async (): Promise<unknown> => {
    const { data } = (await ask('GET', 'queues/queue-info')).json as { data: Record<string, unknown[]> };
    return [data['630']?.length, data['631']?.length];
  };
  t.same(await membersOf(), [1, 1]);
  t.strictSame(await post('queues/agent-logout', { extension: '800' }), done('logout extension success'));
  t.same(await membersOf(), [0, 0], 'contract §4.7: without queue, out of all');
}

/** An agent of 800: what the own extension does. */
async function agent(t: Test, stage: Stage): Promise<void> {
  const token = await signIn(t, stage.lab, stage.client, 'wang');
  const post = (path: string, fields: Fields): Promise<Answered> =>
    stage.client.send(stage.lab, 'POST', `${plugin}/extension/${path}`, fields, token);
  const own = error(403, 'an agent may do this for extension 800 only');
  t.strictSame(await post('click-number', { src: '801', dst: '802' }), own);
  t.strictSame(await post('hangup', { extensions: ['800', '801'] }), own);
  t.strictSame(await post('transfer', { src: '801', dst: '802' }), own);
  t.strictSame(await post('clear', { exten: '801' }), error(403, 'needs the role supervisor'));
  t.match(await post('click-number', { dst: '801' }), done('clickToCall extension success'));
  const call = await next(stage.phones['800']);
  t.match(await post('hangup', { extensions: ['800'] }), done('hangup extension success'));
  await call.ended();
  await quiet(stage);
}

/** Two colleagues talk in a conference: an agent of 800 gets nobody in but the own extension, and nobody out. */
async function agentInConference(t: Test, stage: Stage): Promise<void> {
  const { lab, client, phones } = stage;
  const token = await signIn(t, lab, client, 'wang');
  const conference = `${plugin}/conference`;
  const confnum = '1585642186';
  const asAgent = (path: string, fields: Fields): Promise<Answered> =>
    client.send(lab, 'POST', `${conference}/${path}`, { confnum, ...fields }, token);
  const membersNow = async (): Promise<Row[]> => {
    const { json } = await stage.post(`${conference}/conf-info`, { confnum });
    return (json as { data?: Row[] }).data ?? [];
  };
  await stage.post(`${conference}/join-conf`, { confnum, extensions: ['801', '802'] });
  const others = [];
  for (const exten of ['801', '802'] as const) {
    const call = await next(phones[exten]);
    await call.answer();
    others.push(call);
  }
  await eventually('two are in', async () => (await membersNow()).length === 2);
  const [{ channel = '' } = {}] = await membersNow();
  for (const path of ['conf-list', 'conf-info', 'mute-user', 'unmute-user', 'kick-user', 'lock-conf', 'unlock-conf']) {
    t.strictSame(await asAgent(path, { channel }), error(403, 'needs the role supervisor'), path);
  }
  const own = error(403, 'an agent may do this for extension 800 only');
  for (const extensions of [['803'], ['800', '803'], ['803', '800']]) {
    t.strictSame(await asAgent('join-conf', { extensions }), own, extensions.join());
  }
  t.match(await asAgent('join-conf', { extensions: ['800'] }), { status: 200 });
  const call = await next(phones['800']);
  t.equal(phones['803'].calls.filter(({ state }) => state !== 'ended').length, 0, 'nobody else is rung');
  await call.answer();
  await eventually('the agent is in', async () => (await membersNow()).length === 3);
  await call.hangUp();
  await stage.post(`${conference}/lock-conf`, { confnum });
  await asAgent('join-conf', { extensions: ['800'] });
  const late = await next(phones['800']);
  await late.answer();
  await late.ended();
  t.equal((await membersNow()).length, 2, 'a locked conference lets no agent in');
  for (const other of others) await other.hangUp();
  await quiet(stage);
}

/** The second generation's requests (contract §5) on one set-up, as each kind of client sends them. */
export function runSecond(setup: Setup): void {
  void t.test(setup, async (t) => {
    const hash = await hashPassword(password);
    const line = (role: 'agent' | 'supervisor', extension: string): string =>
      formatUser({ name: 'x', role, extension, hash }).replace(/^x = /, '');
    const users = { boss: line('supervisor', '804'), wang: line('agent', '800') };
    await withLab(
      t,
      setup,
      async (lab) => {
        const [a, b, c, d, e] = [
          ...[await lab.phone('800'), await lab.phone('801'), await lab.phone('802')],
          ...[await lab.phone('803'), await lab.phone('804')],
        ] as [Phone, Phone, Phone, Phone, Phone];
        const phones = { 800: a, 801: b, 802: c, 803: d, 804: e };
        for (const client of clients) {
          await t.test(`contract §5.1, §5.2: ${client.name}`, async (t) => {
            const token = await signIn(t, lab, client, 'boss');
            const ask: Stage['ask'] = (method, path, fields) => client.send(lab, method, path, fields, token);
            const post: Stage['post'] = (path, fields) => ask('POST', path, fields);
            const stage = { lab, client, phones, ask, post, tech: techOf(setup) };
            for (const part of [states, call, hangups, others, agent, agentInConference]) await part(t, stage);
          });
        }
        t.same(errorsIn(lab.daemon.output), []);
      },
      { api: { users } },
    );
  });
}
