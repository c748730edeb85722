import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import type { Test } from 'tap';
import type { Push } from '../lab/receiver.ts';
import { Receiver } from '../lab/receiver.ts';
import type { Lab } from '../lab/scenario.ts';
import { withLab } from '../lab/scenario.ts';
import { run as playQueueCall } from '../lab/scenarios/inbound-menu-queue.ts';
import { run as playCall } from '../lab/scenarios/internal-callee-hangs-up.ts';
import type { Setup } from '../lab/setup.ts';
import { eventually } from '../lab/within.ts';
import { errorsIn } from '../oracle/errors.ts';

/** One receiver of each format. */
interface Receivers {
  readonly coocenter: Receiver;
  readonly coocenter2: Receiver;
  readonly coovox: Receiver;
  readonly cloudevents: Receiver;
}

type Stage = Lab & { readonly of: Receivers };

const secret = 'the secret of coocenter2';
const key = 'a key that nobody may see';
const recovery = 30_000;

const idOf = ({ headers }: Push): string => String(headers['webhook-id']);
const byId = ({ pushes }: Receiver): Map<string, Push> => new Map(pushes.map((push) => [idOf(push), push]));
const isRow = ({ json }: Push): boolean =>
  json['event'] === 'cdr' || json['Event'] === 'Cdr' || json['type'] === 'coocenter.cdr';

/** Contract §5.3, written once more. */
function secondOf(json: Push['json']): object {
  const { event, mac, linkedid } = json;
  if (event === 'dialbegein') return { ...json, event: 'dialbegin' };
  if (event === 'dialend') {
    const dialstatus = json['dialstatus'] === 'hangup' ? 'ANSWER' : String(json['dialstatus']).toUpperCase();
    return { ...json, dialstatus };
  }
  if (event !== 'cdr') return json;
  const { source: src, destination: dst, starttime: start, answertime: answer, endtime: end, uniqueid } = json;
  return {
    ...{
      event,
      srcname: /^"(.*)"/.exec(String(json['callerid']))?.[1] ?? '',
      src,
      dstname: '',
      dst,
      start,
      answer,
      end,
    },
    ...{ billsec: json['billableseconds'], sessionlevel: '', calltype: 'incoming' },
    ...{ record_filename: json['recordfile'], status: 'ANSWER', uniqueid, mac, linkedid },
  };
}

/** What is compared field by field with the event of Asterisk that it tells of. */
const names: Readonly<Record<string, string>> = { QueueMemberAdded: 'AgentLogin', QueueMemberRemoved: 'AgentLogoff' };
const told = ['Newchannel', 'DialBegin', 'BridgeEnter', 'Hangup', 'QueueMemberAdded', 'QueueMemberRemoved', 'Cdr'];
/** Fields that say the same in other words, or that Asterisk's own event has not. */
const ours = /^(Event|Timestamp|Agent|CallType|recording_filename)$/;
const notInRows = /^(Linkedid|CallerIDNum|Exten|Uniqueid)$/;

function compareCoovox(t: Test, { ami, of }: Stage, from: number): void {
  const wanted = ami.events
    .slice(from)
    .filter(
      ({ Event = '', Channel = '', DestChannel = '' }) =>
        told.includes(Event) && !(Channel + DestChannel).startsWith('Local'),
    );
  const keyOf = (event: Readonly<Record<string, unknown>>): string =>
    [
      names[String(event['Event'])] ?? event['Event'],
      ...['DestUniqueid', 'Uniqueid', 'UniqueID', 'BridgeUniqueid', 'Queue', 'LastApplication'].map((name) =>
        name === 'Uniqueid' && event['Event'] === 'Cdr' ? '' : event[name],
      ),
    ].join(' ');
  const pushes = of.coovox.pushes.map(({ json }) => json);
  t.same(pushes.map(keyOf).sort(), wanted.map(keyOf).sort(), 'one push for each event of Asterisk');
  for (const json of pushes) {
    const name = String(json['Event']);
    const event = wanted.find((other) => keyOf(other) === keyOf(json)) ?? {};
    for (const [field, value] of Object.entries(json)) {
      if (ours.test(field) || (name === 'Cdr' && notInRows.test(field))) continue;
      if (name.startsWith('Agent') && field === 'Exten') continue;
      t.equal(value, (event[field] ?? '').replace('<unknown>', ''), `${name}.${field}`);
    }
    if (name !== 'Cdr') t.equal(Object.keys(json)[0], 'Event');
  }
  const [row] = pushes.filter(({ Event }) => Event === 'Cdr');
  t.match(row, { CallType: 'incoming', recording_filename: /^q630-.*\.wav$/, Linkedid: row?.['UniqueID'] });
  for (const Event of ['AgentLogin', 'AgentLogoff']) {
    t.match(
      pushes.filter((json) => json['Event'] === Event),
      [{ Agent: '800', Exten: '800', Queue: '630' }],
    );
  }
}

/** One call through menu and queue. */
async function oneCall(t: Test, lab: Stage): Promise<void> {
  const { of, daemon, operator } = lab;
  const { coocenter, coocenter2, coovox, cloudevents } = of;
  const from = lab.ami.events.length;
  await playQueueCall(lab);
  await operator.logout('800', '630');
  await coocenter.waitForEvent('cc_cdr');
  await coocenter.waitFor(isRow, { count: 2 });
  await cloudevents.waitFor(({ json }) => json['type'] === 'coocenter.cc_cdr');
  await coovox.waitFor(isRow, { count: 2 });
  await coovox.waitFor(({ json }) => json['Event'] === 'AgentLogoff');
  const [base, second, clouds] = [coocenter, coocenter2, cloudevents].map(byId) as [
    Map<string, Push>,
    Map<string, Push>,
    Map<string, Push>,
  ];
  await eventually('everything', () => byId(coocenter2).size === byId(coocenter).size);
  await eventually('everything', () => byId(cloudevents).size === byId(coocenter).size);
  await sleep(300);
  t.same([...byId(coocenter2).keys()].sort(), [...byId(coocenter).keys()].sort(), 'the same ids');
  t.same([...byId(cloudevents).keys()].sort(), [...byId(coocenter).keys()].sort(), 'the same ids');
  for (const [id, push] of base) {
    const two = second.get(id) ?? byId(coocenter2).get(id);
    const event = String(push.json['event']);
    t.equal(two?.raw, JSON.stringify(secondOf(push.json)), `coocenter2: ${event}, its fields in their order`);
    const timestamp = String(two?.headers['webhook-timestamp']);
    const signature = createHmac('sha256', secret).update(`${id}.${timestamp}.${two?.raw}`).digest('base64');
    t.equal(two?.headers['webhook-signature'], `v1,${signature}`, 'signed as it is sent');
    t.equal(two?.headers['x-api-key'], key);
    t.equal(push.headers['x-api-key'], undefined, 'only where it is asked for');
    const cloud = clouds.get(id) ?? byId(cloudevents).get(id);
    t.equal(cloud?.headers['content-type'], 'application/cloudevents+json');
    const { data, time, ...attributes } = cloud?.json ?? {};
    t.equal(JSON.stringify(data), push.raw, `cloudevents: ${event} as data`);
    t.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const subject = push.json['uuid'] ?? push.json['linkedid'] ?? `exten ${String(push.json['exten'])}`;
    const source = 'urn:dev:mac:68692efffe038b3e';
    const same = {
      specversion: '1.0',
      id,
      source,
      type: `coocenter.${event}`,
      subject,
      datacontenttype: 'application/json',
    };
    t.strictSame(attributes, same);
  }
  compareCoovox(t, lab, from);
  const rows = [...base.values()].filter(isRow).map(idOf);
  t.same(coovox.pushes.filter(isRow).map(idOf).sort(), rows.sort(), 'a row has its id in every format');
  const { json } = await daemon.api('GET', 'records?event=cdr');
  t.match(JSON.stringify(json), `"body":${coocenter.pushes.find(isRow)?.raw}`, 'GET records stays as it is');
}

/** Every record is written the same at each attempt, over a restart and in a replay. */
async function faults(t: Test, lab: Stage): Promise<void> {
  const { of, daemon } = lab;
  const all = Object.entries(of) as [keyof Receivers, Receiver][];
  for (const [, receiver] of all) {
    receiver.clear();
    receiver.mode = (push) => (isRow(push) ? { do: 'status', status: 500 } : { do: 'ok' });
  }
  await playCall(lab);
  for (const [, receiver] of all) await receiver.waitFor(isRow, { milliseconds: recovery });
  const attempts = new Map(all.map(([name, { pushes }]) => [name, pushes.filter(isRow)]));
  await daemon.kill();
  for (const [, receiver] of all) {
    receiver.clear();
    receiver.mode = { do: 'ok' };
  }
  await daemon.launch();
  await daemon.ready();
  for (const [name, receiver] of all) {
    const [row] = await receiver.waitFor(isRow, { milliseconds: recovery });
    t.ok((attempts.get(name)?.length ?? 0) > 0);
    for (const before of attempts.get(name) ?? []) {
      t.equal(row?.raw, before.raw, `${name}: the same after the restart`);
      t.equal(row && idOf(row), idOf(before));
    }
  }
  t.ok(of.coovox.pushes.find(isRow)?.json['Channel'], 'what only coovox needs was stored');
  const sent = new Map(all.map(([name, { pushes }]) => [name, pushes.find(isRow)]));
  for (const [, receiver] of all) receiver.clear();
  const id = idOf(sent.get('coocenter')!);
  t.match((await daemon.api('POST', 'deliveries/replay', { id })).json, { message: '4 deliveries are sent again' });
  for (const [name, receiver] of all) {
    const [row] = await receiver.waitFor(isRow, { milliseconds: recovery });
    t.equal(row?.raw, sent.get(name)?.raw, `${name}: the same in a replay`);
  }
}

/** Another format and another header by a reload, for what waits, too. */
async function reload(t: Test, lab: Stage): Promise<void> {
  const { of, daemon } = lab;
  const { coovox, coocenter } = of;
  const header = 'header.X-Api-Key';
  coocenter.clear();
  coovox.clear();
  coovox.mode = (push) =>
    isRow(push) && push.headers['x-api-key'] !== 'right' ? { do: 'status', status: 401 } : { do: 'ok' };
  await playCall(lab);
  await coovox.waitFor(isRow, { milliseconds: recovery });
  daemon.configure({ 'push.coovox': { URL: coovox.url, format: 'cloudevents', [header]: 'right' } });
  daemon.reload();
  const [row] = await coovox.waitFor(({ json }) => json['type'] === 'coocenter.cdr', { milliseconds: recovery });
  t.equal(row?.headers['x-api-key'], 'right');
  t.equal(JSON.stringify(row?.json['data']), coocenter.pushes.find(isRow)?.raw);
  coovox.clear();
  coovox.mode = { do: 'ok' };
  await playCall(lab);
  await coovox.waitFor(({ json }) => json['type'] === 'coocenter.cdr', { milliseconds: recovery });
  t.same(
    coovox.pushes.filter(({ json }) => json['specversion'] !== '1.0'),
    [],
    'nothing in the words of before',
  );
}

/** One call with a receiver of each format, on a real Asterisk; then faults. */
export async function testFormats(setup: Setup): Promise<void> {
  await t.test(`formats on ${setup}`, async (t) => {
    const started = await Promise.all([1, 2, 3].map(() => new Receiver().start()));
    const [coocenter2, coovox, cloudevents] = started as [Receiver, Receiver, Receiver];
    t.teardown(() => Promise.all(started.map((receiver) => receiver.stop())));
    const api = {
      'push.two': { URL: coocenter2.url, format: 'coocenter2', secret, 'header.X-Api-Key': key },
      'push.coovox': { URL: coovox.url, format: 'coovox' },
      'push.cloud': { URL: cloudevents.url, format: 'cloudevents' },
    };
    await withLab(
      t,
      setup,
      async (stage) => {
        const lab: Stage = { ...stage, of: { coocenter: stage.receiver, coocenter2, coovox, cloudevents } };
        await lab.phone('800');
        await lab.phone('801');
        await sleep(500);
        for (const receiver of Object.values(lab.of) as Receiver[]) receiver.clear();
        await t.test('one call', (t) => oneCall(t, lab));
        await t.test('retry, restart, replay', (t) => faults(t, lab));
        await t.test('reload', (t) => reload(t, lab));
        t.notMatch(lab.daemon.output, key, 'the key is not in the log');
        t.notMatch((await lab.daemon.api('GET', 'status')).text, key);
        t.same(errorsIn(lab.daemon.output), [], 'no error in its log');
      },
      { api },
    );
  });
}
