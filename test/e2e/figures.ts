import t from 'tap';
import type { CountedCall } from '../../src/figures/of-call.ts';
import { localDay } from '../../src/system/local-time.ts';
import { countQueues, countTalks } from '../figures/counted.ts';
import { directDid } from '../lab/dialplan.ts';
import type { Lab } from '../lab/scenario.ts';
import { withLab } from '../lab/scenario.ts';
import { talk } from '../lab/scenarios/talk.ts';
import { techOf, type Setup } from '../lab/setup.ts';
import { eventually } from '../lab/within.ts';
import { errorsIn } from '../oracle/errors.ts';

/**
 * Seconds by which a time may be off: Asterisk's log has whole seconds, members are looked at every second, and a busy
 * machine does both late.
 */
const slack = 5;

/** A caller of queue 630: 800 answers, or the caller gives up. */
async function call(lab: Lab, isAnswered: boolean): Promise<void> {
  const { provider, asterisk } = lab;
  const agent = await lab.phone('800');
  const caller = await provider.callIn('85322361', `${directDid}630`);
  const ringing = await agent.incoming();
  if (isAnswered) {
    await ringing.answer();
    await talk();
    await ringing.hangUp();
  }
  await caller.hangUp();
  await eventually('no channel is left', async () =>
    (await asterisk.cli('core show channels')).includes('0 active channels'),
  );
}

/** The call-centre records that came, each once: a daemon killed just after one was delivered sends it again. */
function recordsOf({ receiver }: Lab): CountedCall[] {
  const pushes = receiver.pushes.filter(({ json }) => json['event'] === 'cc_cdr');
  return [
    ...new Map(pushes.map(({ headers, json }) => [headers['webhook-id'], json])).values(),
  ] as unknown as CountedCall[];
}

type Row = Readonly<Record<string, unknown>>;

async function rowsBy({ daemon }: Lab, by: string): Promise<Row[]> {
  const day = (at: number): string => String(localDay(at)).replace(/(....)(..)(..)/, '$1-$2-$3');
  const since = day(Date.now() - 24 * 3_600_000);
  const { json } = await daemon.api('GET', `statistics?from=${since}&to=${day(Date.now())}&by=${by}`);
  return (json as { data?: { rows: Row[] } } | undefined)?.data?.rows ?? [];
}

/** Seconds that an agent was logged in or paused, as the statistics tell. */
async function secondsOf(lab: Lab, agent: string, what: 'loggedIn' | 'paused'): Promise<number> {
  return Number((await rowsBy(lab, 'agent')).find((row) => row['agent'] === agent)?.[what] ?? 0);
}

const secondsSince = (moment: number): number => (performance.now() - moment) / 1_000;

/** The daemon is killed, twice: calls count once, seen or not, and so does the time of agents. */
export function runFigures(setup: Setup): void {
  void t.test(`figures on ${setup}`, async (t) => {
    await withLab(
      t,
      setup,
      async (lab) => {
        const { daemon, operator, ami } = lab;
        const device = (extension: string): string => `${techOf(setup)}/${extension}`;
        for (const extension of ['800', '801', '802']) await lab.phone(extension);
        for (const agent of ['800', '801']) await operator.login(agent, '630');
        const loggedInAt = performance.now();
        await eventually('it is seen who is logged in', async () => (await secondsOf(lab, '801', 'loggedIn')) > 0);
        await daemon.api('POST', 'queues/agent-pause', { queue: '630', member: '801', state: 'on', reason: 'lunch' });
        const pausedAt = performance.now();
        await call(lab, true);
        await eventually('the record of the call that was seen', () => recordsOf(lab).length === 1);
        await eventually('the pause is seen', async () => (await secondsOf(lab, '801', 'paused')) > 0);

        await daemon.kill();
        await call(lab, true);
        await call(lab, false);
        await ami.action('QueueAdd', { Queue: '630', Interface: device('802') });
        const addedAt = performance.now();
        await eventually('it was a long pause', () => secondsSince(pausedAt) > 3 * slack);
        await ami.action('QueuePause', { Queue: '630', Interface: device('801'), Paused: 'false' });
        const wasPaused = secondsSince(pausedAt);
        await eventually('it was a while', () => secondsSince(addedAt) > 3 * slack);

        await daemon.launch();
        await daemon.ready();
        await eventually('the records of the calls that nobody saw', () => recordsOf(lab).length === 3);
        await daemon.kill();
        await daemon.launch();
        await daemon.ready();
        await eventually(
          'it is seen again who is logged in',
          async () => (await secondsOf(lab, '802', 'loggedIn')) > 2 * slack,
        );

        const [paused, there, added] = [
          await secondsOf(lab, '801', 'paused'),
          await secondsOf(lab, '801', 'loggedIn'),
          await secondsOf(lab, '802', 'loggedIn'),
        ];
        const [wasThere, wasAdded] = [secondsSince(loggedInAt), secondsSince(addedAt)];
        const isAbout = (told: number, was: number, what: string): void => {
          t.ok(Math.abs(told - was) <= slack, `${what}: ${told} s of ${was.toFixed(1)}`);
        };
        isAbout(paused, wasPaused, '801 was paused');
        isAbout(there, wasThere, '801 was logged in');
        isAbout(added, wasAdded, '802 was logged in');
        t.match(
          (await rowsBy(lab, 'agent')).find(({ agent }) => agent === '801'),
          { pausedBy: { lunch: paused } },
        );

        const records = recordsOf(lab);
        t.equal(records.length, 3);
        const [queue] = await rowsBy(lab, 'queue');
        const { offered, answered, lostBy, wait, longestWait } = countQueues(records);
        t.match(queue, { queue: '630', offered, answered, lostBy, wait, longestWait });
        t.match({ offered, answered }, { offered: 3, answered: 2 }, 'each call once');
        const { talks, talk: talked } = countTalks(records, '800');
        t.match(
          (await rowsBy(lab, 'agent')).find(({ agent }) => agent === '800'),
          { talks, talk: talked },
        );
        t.same(errorsIn(daemon.output), [], 'no error in the log');
      },
      { api: (asterisk) => ({ asterisk: { cdr_file: asterisk.rowsFile, queue_log: asterisk.queueLog } }) },
    );
  });
}
