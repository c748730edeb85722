import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import type { Phone } from '../lab/phone.ts';
import type { Lab } from '../lab/scenario.ts';
import { withLab } from '../lab/scenario.ts';
import { eventually } from '../lab/within.ts';
import { dice } from '../oracle/dice.ts';

/** Private memory of a process in KB. */
function privateMemory(pid: number | undefined): number {
  const [, size] = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8')) ?? [];
  return Number(size);
}

/** One call from phone to phone that ends in one of the ways in which calls end. */
async function one(from: Phone, to: Phone, end: number): Promise<void> {
  to.behaviour = end === 0 ? 486 : 'ring';
  const call = await from.call(to.name);
  const lost = call.ended().then(({ status, reason }) => {
    throw new Error(`${to.name} was not called: ${status} ${reason}`);
  });
  const ring = await Promise.race([to.incoming(), lost]);
  if (end === 1) await call.ringing().then(() => call.hangUp());
  else if (end > 1) {
    await ring.answer();
    await call.answered();
    if (end === 2) await call.hangUp();
    else if (end === 3) await ring.hangUp();
    else await Promise.all([call.hangUp(), ring.hangUp()]);
  }
  await Promise.all([call.ended(), ring.ended()]);
}

async function series(
  lab: Lab,
  from: string,
  to: string,
  count: number,
  roll: (sides: number) => number,
): Promise<void> {
  const phones = [await lab.phone(from), await lab.phone(to)] as const;
  for (let made = 0; made < count; made++) await one(...phones, roll(5));
}

const seen = (lab: Lab, name: string): number => lab.ami.events.filter(({ Event }) => Event === name).length;

void t.test('a hundred calls that end busy, cancelled, by either side, by both at once', async (t) => {
  await withLab(t, '22-pjsip', async (lab) => {
    const roll = dice(1);
    const hundred = async (): Promise<number> => {
      await Promise.all([series(lab, '800', '801', 50, roll), series(lab, '803', '804', 50, roll)]);
      await eventually('every hang-up and every row is pushed', () => {
        const { receiver } = lab;
        // Counted by what began: the witness may be behind with what ended.
        return (
          receiver.events('hangup').length >= seen(lab, 'Newchannel') &&
          receiver.events('dialend').length >= receiver.events('dialbegein').length &&
          receiver.events('cdr').length >= seen(lab, 'Cdr')
        );
      });
      // For one push too many, and for a row that comes after the last hang-up.
      await sleep(300);
      return privateMemory(lab.daemon.pid);
    };
    const before = await hundred();
    const { receiver } = lab;
    const key = (body: Readonly<Record<string, unknown>>): string =>
      `${String(body['uniqueid'])} ${String(body['destchannel'])}`;
    const begun = receiver.events('dialbegein').map(key).sort();
    t.equal(begun.length, 100);
    t.same(receiver.events('dialend').map(key).sort(), begun, 'contract §3.2: one dialend for each dialbegein');
    t.equal(receiver.events('hangup').length, seen(lab, 'Newchannel'), 'contract §3.3: one hangup for each channel');
    t.equal(receiver.events('cdr').length, seen(lab, 'Cdr'), 'contract §3.6: one cdr for each row');
    t.match((await lab.daemon.api('POST', 'extensions/current-calls')).json, { data: [] }, 'and nothing is left');
    const after = await hundred();
    t.comment(`private memory after 100 calls ${before} KB, after 200 ${after} KB`);
    t.ok(after < before * 1.5, 'the daemon does not grow with the calls');
  });
});
