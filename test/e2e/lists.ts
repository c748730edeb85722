import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { Lab } from '../lab/scenario.ts';
import { withLab } from '../lab/scenario.ts';
import { callQueue } from '../lab/scenarios/talk.ts';
import type { Setup } from '../lab/setup.ts';
import { techOf } from '../lab/setup.ts';
import { eventually } from '../lab/within.ts';
import { curl } from './curl.ts';
import { errorsIn } from '../oracle/errors.ts';

/** Milliseconds for what the product promises within 10 s: no test fails because a machine is slow. */
const patience = 60_000;

/** The queues that matter here, each with its members (contract §4.4). */
async function queuesOf(lab: Lab): Promise<Record<string, string>> {
  const { json } = await curl(lab, 'GET', 'queues/queue-info');
  const { data } = json as { data: Record<string, { name: string }[]> };
  return Object.fromEntries(
    Object.entries(data)
      .filter(([queue]) => ['633', '640', '641'].includes(queue))
      .map(([queue, members]) => [queue, members.map(({ name }) => name.replace(/^\w+\//, '')).join()]),
  );
}

/** The extensions that have a hint or are agents (contract §4.3). */
async function extensionsOf(lab: Lab): Promise<string> {
  const { json } = await curl(lab, 'GET', 'extensions/extension-hints-status');
  return (json as { extension: string }[]).map(({ extension }) => extension).join();
}

/** Why a caller of queue 633, which gives up after 3 s, was lost (contract §3.7). */
async function missCauseOf(lab: Lab): Promise<unknown> {
  const records = (): readonly unknown[] =>
    lab.receiver.pushes.flatMap(({ json }) => (json['event'] === 'cc_cdr' ? [json['missCause']] : []));
  const before = records().length;
  const call = await callQueue(lab, '633');
  await call.ended();
  await eventually('the record of the lost call', () => records().length > before, patience);
  return records()[before];
}

/** Whose phone a click-to-dial of 800 rings. */
async function clicked(lab: Lab, device: '800' | '803'): Promise<string> {
  const phone = await lab.phone(device);
  const { json } = await curl(lab, 'POST', 'extensions/click-number', 'src=800&dst=804');
  const ring = await phone.incoming();
  await curl(lab, 'POST', 'extensions/hangup', 'extension=800');
  await ring.ended();
  return (json as { message: string }).message;
}

/** What Asterisk reads anew without a word of it is seen: queues, members, hints. */
export function runLists(setup: Setup): void {
  void t.test(`${setup}: queues, members and hints that are reloaded while the daemon runs`, async (t) => {
    await withLab(t, setup, async (lab) => {
      const { asterisk, ami } = lab;
      const tech = techOf(setup);
      const file = (name: string): string => join(asterisk.dir, 'etc', name);
      const [queues, dialplan] = [file('queues.conf'), file('extensions.conf')].map((path) =>
        readFileSync(path, 'utf8'),
      );
      const write = (members: Readonly<Record<string, string>>): void => {
        const sections = Object.entries(members).map(([queue, member]) => {
          const own = queue === '633' ? '(+)' : '(base)';
          return `[${queue}]${own}\n${member === '' ? '' : `member => ${tech}/${member}\n`}`;
        });
        writeFileSync(file('queues.conf'), `${queues ?? ''}\n${sections.join('')}`);
      };
      const becomes = async (what: string, wanted: Readonly<Record<string, string>>): Promise<void> => {
        const isSo = async (): Promise<boolean> => JSON.stringify(await queuesOf(lab)) === JSON.stringify(wanted);
        await eventually(what, isSo, patience).catch(() => undefined);
        t.same(await queuesOf(lab), wanted, what);
      };
      await lab.phone('801');
      t.equal(await clicked(lab, '800'), 'Originate successfully queued');
      t.equal(await missCauseOf(lab), 'NO_AGENT_LOGIN');

      write({ '633': '801', '640': '802' });
      await asterisk.cli('queue reload all');
      const hint = (exten: string, device: string): string => `exten => ${exten},hint,${tech}/${device}\n`;
      writeFileSync(
        file('extensions.conf'),
        (dialplan ?? '')
          .replace(hint('800', '800'), hint('800', '803'))
          .replace(hint('802', '802'), '')
          .replace(hint('806', '806'), hint('806', '806') + hint('807', '802')),
      );
      await asterisk.cli('dialplan reload');
      await becomes('contract §4.4: `queue reload all` brought a member and a queue', { '633': '801', '640': '802' });
      t.equal(await missCauseOf(lab), 'NO_AGENT_ANSWER', 'contract §3.7');
      const paused = { json: { message: 'Interface paused successfully' } };
      t.match(await curl(lab, 'POST', 'queues/agent-pause', 'queue=633&member=801&state=on'), paused, 'contract §4.5');
      t.equal(await missCauseOf(lab), 'NO_ASSIGN', 'contract §3.7: everybody is paused');
      const isListed = async (): Promise<boolean> => (await extensionsOf(lab)) === '800,801,804,805,806,807';
      await eventually('contract §4.3: hints of `dialplan reload`', isListed, patience).catch(() => undefined);
      t.equal(await extensionsOf(lab), '800,801,804,805,806,807', 'contract §4.3: hints that came and went');
      t.equal(
        await clicked(lab, '803'),
        'Originate successfully queued',
        'contract §4.8: the device that the hint has now',
      );

      write({ '633': '800', '640': '', '641': '802' });
      await asterisk.cli('queue reload members');
      // Asterisk reads no file twice that is as it was.
      appendFileSync(file('queues.conf'), '; once more\n');
      await asterisk.cli('queue reload parameters');
      await becomes('`queue reload members` changed one, `parameters` brought a queue', {
        '633': '800',
        '640': '',
        '641': '',
      });

      write({});
      await ami.action('QueueReload');
      await becomes('contract §4.4: AMI QueueReload took all of it away', { '633': '' });
      t.equal(await missCauseOf(lab), 'NO_AGENT_LOGIN', 'contract §3.7');
      t.same(errorsIn(lab.daemon.output), []);
    });
  });
}
