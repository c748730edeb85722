import t from 'tap';
import type { Test } from 'tap';
import type { Fields } from '../lab/ami.ts';
import type { Call } from '../lab/call.ts';
import { callable } from '../lab/callable.ts';
import { directDid } from '../lab/dialplan.ts';
import { AmiProxy } from '../lab/proxy.ts';
import type { Lab } from '../lab/scenario.ts';
import { withLab } from '../lab/scenario.ts';
import { connected, customer } from '../lab/scenarios/talk.ts';
import type { Setup } from '../lab/setup.ts';
import { techOf } from '../lab/setup.ts';
import { eventually } from '../lab/within.ts';
import { errorsIn } from '../oracle/errors.ts';

type Work = Lab & { readonly proxy: AmiProxy; readonly agent: string };

const queues = ['630', '632'] as const;

/** Long enough that only what the test does ends it. */
const long = 600;

/** api.conf as it is from now on. */
async function configure({ daemon }: Work, pausetime: 'yes' | 'no', seconds = long): Promise<void> {
  const count = (): number => daemon.output.split('the configuration was re-read').length;
  const before = count();
  daemon.configure({ enable: { pausetime, pausetime_max: String(seconds) } });
  daemon.reload();
  await eventually('the configuration is re-read', () => count() > before);
}

/** What AMI says of the agent's pauses, from here on: `630 wrap-up`, `632 ready`, `630 paused` (without a reason). */
class Watch {
  readonly from: number;
  private readonly lab: Work;

  constructor(lab: Work) {
    this.lab = lab;
    this.from = lab.ami.events.length;
  }

  get events(): Fields[] {
    const { ami, agent } = this.lab;
    return ami.events
      .slice(this.from)
      .filter((event) => event['Event'] === 'QueueMemberPause' && event['Interface'] === agent);
  }

  get said(): string[] {
    return this.events.map((event) => said(event));
  }

  /** All of these were said, in any order; nothing else was by then. */
  async only(t: Test, words: readonly string[], message: string): Promise<void> {
    await eventually(words.join(', '), () => this.said.length >= words.length).catch(() => undefined);
    t.same(this.said.sort(), [...words].sort(), message);
  }

  /** When that was said, in seconds. */
  at(words: string): number {
    return Number(this.events.find((event) => said(event) === words)?.['Timestamp']);
  }
}

function said({ Queue = '', Paused, PausedReason = '' }: Fields): string {
  return `${Queue} ${Paused === '0' ? 'ready' : PausedReason === '' ? 'paused' : PausedReason}`;
}

const each = (word: string): string[] => queues.map((queue) => `${queue} ${word}`);

/** A call from outside that 800 answers: of queue 630, or a direct one. */
async function talk(lab: Work, number: '630' | '800'): Promise<{ call: Call; answer: Call }> {
  if (number === '630') await callable(lab, '630', '800');
  const call = await lab.provider.callIn(customer, `${directDid}${number}`);
  const answer = await (await lab.phone('800')).incoming();
  await answer.answer();
  await call.answered();
  await lab.ami.event('BridgeEnter', ({ Channel = '' }) => Channel.startsWith(`${lab.agent}-`), {
    from: lab.ami.events.findLastIndex(({ Event }) => Event === 'DialBegin'),
  });
  return { call, answer };
}

/** 800 answered a call and is in after-call work. */
async function working(t: Test, lab: Work, number: '630' | '800' = '630'): Promise<Watch> {
  lab.receiver.clear();
  const watch = new Watch(lab);
  const { call, answer } = await talk(lab, number);
  await call.hangUp();
  await answer.ended();
  await watch.only(t, each('wrap-up'), 'contract §1.2: paused in all queues');
  return new Watch(lab);
}

/** Says whether 800 is paused, as the daemon's API has it (contract §4.4). */
async function pausedIn({ daemon, agent }: Work): Promise<string[]> {
  const { json } = await daemon.api('GET', 'queues/queue-info');
  const { data } = json as { data: Record<string, { name: string; paused: string }[]> };
  const name = agent.replace(/^[A-Z]+/, (technology) => technology.toLowerCase());
  return queues.filter((queue) => data[queue]?.some((member) => member.name === name && member.paused === '1'));
}

/** Nothing of after-call work is to come: what is asked of the daemon now, Asterisk is told after it. */
async function nothing(t: Test, lab: Work, watch: Watch, message: string): Promise<void> {
  await lab.operator.pause('800', '630', 'on');
  await lab.operator.pause('800', '630', 'off');
  await watch.only(t, ['630 agent-pause', '630 ready'], message);
}

/** Another AMI client pauses or unpauses 800, and everybody has been told. */
async function pause(lab: Work, fields: Readonly<Record<string, string>>): Promise<void> {
  const { ami, agent } = lab;
  const watch = new Watch(lab);
  await ami.action('QueuePause', { Interface: agent, ...fields });
  const places = fields['Queue'] === undefined ? queues : [fields['Queue']];
  const paused = fields['Paused'] === 'true' ? '1' : '0';
  const isTold = (queue: string): boolean =>
    watch.events.some(({ Queue, Paused }) => Queue === queue && Paused === paused);
  await eventually('the pause is told', () => places.every(isTold));
}

/** Asks the daemon until it has seen that there is a call to do it with. */
async function asked(what: string, ask: () => Promise<void>): Promise<void> {
  await eventually(what, () =>
    ask().then(
      () => true,
      () => false,
    ),
  );
}

/** The record of the call (contract §3.7), which comes when after-call work is over. */
async function pauseTime({ receiver }: Work): Promise<number> {
  const [push] = await receiver.waitFor(({ json }) => json['event'] === 'cc_cdr');
  return Number(push?.json['pauseTime']);
}

async function byItself(t: Test, lab: Work): Promise<void> {
  await configure(lab, 'yes', 2);
  for (const number of ['630', '800'] as const) {
    lab.receiver.clear();
    const watch = new Watch(lab);
    const { call, answer } = await talk(lab, number);
    if (number === '630') await call.hangUp();
    else await answer.hangUp();
    await watch.only(t, [...each('wrap-up'), ...each('ready')], `a call of ${number}: paused, and ready again`);
    const hangup = await lab.ami.event('Hangup', ({ Channel = '' }) => Channel.startsWith(`${lab.agent}-`), watch);
    for (const queue of queues) {
      t.ok(watch.at(`${queue} wrap-up`) >= Number(hangup['Timestamp']), 'paused when its own leg had ended');
      // Asterisk's time and ours are read at different moments of the same milliseconds.
      const took = watch.at(`${queue} ready`) - Number(hangup['Timestamp']);
      t.ok(took > 1.9, `ready after ${took} s, pausetime_max being 2`);
    }
    if (number !== '630') continue;
    const told = await pauseTime(lab);
    const longest = Math.max(...queues.map((queue) => watch.at(`${queue} ready`))) - Number(hangup['Timestamp']);
    t.ok(told >= 2 && told <= longest + 0.5, `contract §3.7 pauseTime: ${told}, as observed: ${longest}`);
  }
  t.same(await pausedIn(lab), []);
}

async function ownCalls(t: Test, lab: Work): Promise<void> {
  await configure(lab, 'yes');
  const watch = new Watch(lab);
  const { caller, call, answer } = await connected(lab);
  const callee = await lab.phone('801');
  await answer.hangUp();
  await call.ended();
  await lab.operator.clickNumber('800', '801');
  const first = await caller.incoming();
  await first.answer();
  const second = await callee.incoming();
  await second.answer();
  lab.receiver.clear();
  await second.hangUp();
  await first.ended();
  await lab.receiver.waitFor(({ json }) => json['event'] === 'hangup', { count: 2 });
  await nothing(
    t,
    lab,
    watch,
    'contract §1.2: calls that it placed, by hand and by click-number, are not answered ones',
  );
}

async function listening(t: Test, lab: Work): Promise<void> {
  await configure(lab, 'yes');
  const watch = new Watch(lab);
  const call = await (await lab.phone('801')).call('802');
  const answer = await (await lab.phone('802')).incoming();
  await answer.answer();
  await call.answered();
  await asked('800 listens', () => lab.operator.spy('800', '802'));
  const spying = await (await lab.phone('800')).incoming();
  await spying.answer();
  await lab.ami.event('ChanSpyStart', () => true, watch);
  await spying.hangUp();
  await call.hangUp();
  await answer.ended();
  await lab.ami.event('Hangup', ({ Channel = '' }) => Channel.startsWith(`${lab.agent}-`), watch);
  await nothing(t, lab, watch, 'who listened has no after-call work');
}

async function personBefore(t: Test, lab: Work): Promise<void> {
  await configure(lab, 'yes', 2);
  await pause(lab, { Queue: '630', Paused: 'true', Reason: 'lunch' });
  const watch = new Watch(lab);
  const { answer } = await talk(lab, '800');
  await answer.hangUp();
  await watch.only(t, ['632 wrap-up', '632 ready'], 'only the other queue');
  t.same(await pausedIn(lab), ['630'], 'a person’s pause stays');
  await pause(lab, { Queue: '630', Paused: 'false' });
}

async function personMeanwhile(t: Test, lab: Work): Promise<void> {
  await configure(lab, 'yes');
  let watch = await working(t, lab);
  await pause(lab, { Queue: '630', Paused: 'true' });
  await lab.operator.pause('800', '632', 'off');
  await watch.only(t, ['630 paused', '632 ready'], 'a pause set meanwhile is theirs');
  t.same(await pausedIn(lab), ['630']);
  t.type(await pauseTime(lab), 'number', 'contract §3.7: the record has come');
  await pause(lab, { Paused: 'false' });
  watch = await working(t, lab);
  await pause(lab, { Queue: '630', Paused: 'true', Reason: 'wrap-up' });
  await lab.operator.pause('800', '632', 'off');
  await watch.only(t, ['630 wrap-up', '630 agent-pause', '632 ready'], 'one that calls itself ours is renamed');
  await pause(lab, { Paused: 'false' });
  watch = await working(t, lab);
  await Promise.all([pause(lab, { Paused: 'false' }), pause(lab, { Paused: 'true', Reason: 'lunch' })]);
  await watch.only(t, [...each('ready'), ...each('lunch')], 'another reason, by way of ready');
  t.ok((await pauseTime(lab)) < long, 'and the work is over');
  t.same(await pausedIn(lab), [...queues]);
  await pause(lab, { Paused: 'false' });
}

async function endedEarly(t: Test, lab: Work): Promise<void> {
  await configure(lab, 'yes');
  let watch = await working(t, lab);
  t.same(await pausedIn(lab), [...queues], 'contract §4.4');
  t.equal(lab.receiver.events('cc_cdr').length, 0, 'contract §3.7: the record waits');
  await lab.operator.pause('800', '632', 'off');
  await watch.only(t, each('ready'), 'contract §4.5: unpaused in one queue, in all');
  t.ok((await pauseTime(lab)) < long, 'contract §3.7: pauseTime is what it took');
  watch = await working(t, lab, '800');
  await pause(lab, { Queue: '630', Paused: 'false' });
  await watch.only(t, each('ready'), 'by another AMI client');
  watch = await working(t, lab);
  await lab.ami.action('QueueRemove', { Queue: '632', Interface: lab.agent });
  const left = async (): Promise<boolean> => (await pausedIn(lab)).join() === '630';
  await eventually('logged out of one queue, it goes on in the other', left);
  await lab.operator.logout('800', '630');
  t.ok((await pauseTime(lab)) < long, 'out of the last: it is over');
  for (const queue of queues) await lab.operator.login('800', queue);
  await nothing(t, lab, watch, 'and nothing is left of it');
}

async function anew(t: Test, lab: Work): Promise<void> {
  await configure(lab, 'yes');
  await working(t, lab);
  const watch = new Watch(lab);
  const { answer } = await talk(lab, '800');
  await answer.hangUp();
  await watch.only(t, each('wrap-up'), 'another answered call: it begins anew');
  t.ok((await pauseTime(lab)) < long, 'contract §3.7: that of the first call is over');
  await lab.operator.pause('800', '630', 'off');
  await watch.only(t, [...each('wrap-up'), ...each('ready')], 'ready');
}

async function transferred(t: Test, lab: Work): Promise<void> {
  await configure(lab, 'yes');
  lab.receiver.clear();
  const watch = new Watch(lab);
  const { call, answer } = await talk(lab, '630');
  await asked('800 hands the call over', () => lab.operator.transfer('800', '801'));
  await answer.ended();
  const next = await (await lab.phone('801')).incoming();
  await watch.only(t, each('wrap-up'), 'who handed the call over is in after-call work while it goes on');
  await next.answer();
  await next.hangUp();
  await call.ended();
  await lab.operator.pause('800', '630', 'off');
  t.ok((await pauseTime(lab)) < long, 'contract §3.7: the record is that of who took the call of the queue');
  await watch.only(t, [...each('wrap-up'), ...each('ready')], 'and nobody else is in any');
}

async function daemonRestarted(t: Test, lab: Work): Promise<void> {
  await configure(lab, 'yes', 4);
  let watch = await working(t, lab);
  await lab.daemon.kill();
  await lab.daemon.start();
  await watch.only(t, each('ready'), 'killed in after-call work: the next one ends it');
  await configure(lab, 'yes');
  watch = await working(t, lab);
  await lab.daemon.stop();
  await watch.only(t, each('ready'), 'stopped: it ends it');
  t.ok((await pauseTime(lab)) < long, 'contract §3.7: and gives the record out');
  await lab.daemon.start();
}

async function away(t: Test, lab: Work): Promise<void> {
  await configure(lab, 'yes', 2);
  const watch = await working(t, lab);
  await lab.proxy.cut();
  await pauseTime(lab);
  t.same(watch.said, [], 'it is over while AMI is away, and Asterisk does not know');
  await lab.proxy.mend();
  await watch.only(t, each('ready'), 'the connection is back: ready');
  await lab.daemon.ready();
}

async function asteriskRestarted(t: Test, lab: Work): Promise<void> {
  await configure(lab, 'yes', 6);
  const watch = await working(t, lab);
  await lab.asterisk.restart();
  await lab.ami.start();
  await watch.only(t, each('ready'), 'Asterisk started anew in after-call work: it ends');
  for (const exten of ['800', '801', '802']) await (await lab.phone(exten)).register();
  await lab.daemon.ready();
  t.same(await pausedIn(lab), []);
}

async function off(t: Test, lab: Work): Promise<void> {
  await configure(lab, 'yes');
  let watch = await working(t, lab);
  await configure(lab, 'no');
  await watch.only(t, each('ready'), 'switched off: it ends');
  t.ok((await pauseTime(lab)) < long);
  lab.receiver.clear();
  watch = new Watch(lab);
  const { call } = await talk(lab, '630');
  await call.hangUp();
  t.equal(await pauseTime(lab), 0, 'contract §3.7: pauseTime 0, at once');
  await nothing(t, lab, watch, 'pausetime = no: nobody is paused');
}

/** After-call work on one set-up: 800 is a member of 630 and 632. */
export function runWrapups(setup: Setup): void {
  void t.test(setup, async (t) => {
    const proxy = new AmiProxy();
    await withLab(
      t,
      setup,
      async (stage) => {
        const lab: Work = { ...stage, proxy, agent: `${techOf(setup)}/800` };
        for (const exten of ['800', '801', '802']) await lab.phone(exten);
        for (const queue of queues) await lab.operator.login('800', queue);
        await t.test('contract §1.2: ends after pausetime_max', (t) => byItself(t, lab));
        await t.test('contract §1.2: only after calls that were answered', (t) => ownCalls(t, lab));
        await t.test('listening', (t) => listening(t, lab));
        await t.test('a person paused before', (t) => personBefore(t, lab));
        await t.test('a person pauses meanwhile', (t) => personMeanwhile(t, lab));
        await t.test('contract §1.2: ends earlier', (t) => endedEarly(t, lab));
        await t.test('the next call', (t) => anew(t, lab));
        await t.test('a call is handed over', (t) => transferred(t, lab));
        await t.test('the daemon is started anew', (t) => daemonRestarted(t, lab));
        await t.test('AMI is away', (t) => away(t, lab));
        await t.test('Asterisk is started anew', (t) => asteriskRestarted(t, lab));
        await t.test('pausetime = no', (t) => off(t, lab));
        t.same(errorsIn(lab.daemon.output), [], 'no error in the daemon’s log');
      },
      { proxy, ringSeconds: 20, api: { enable: { pausetime: 'yes', pausetime_max: '2' } } },
    );
  });
}
