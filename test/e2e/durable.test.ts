import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { withLab } from '../lab/scenario.ts';
import { run as playQueueCall } from '../lab/scenarios/inbound-menu-queue.ts';
import { eventually } from '../lab/within.ts';
import { errorsIn } from '../oracle/errors.ts';

void t.test('records outlive the daemon: the receiver is down, the daemon killed, and they arrive once', async (t) => {
  await withLab(t, '22-pjsip', async (lab) => {
    const { daemon, receiver } = lab;
    const seen = (name: string): number => lab.ami.events.filter(({ Event }) => Event === name).length;
    await receiver.down();
    await playQueueCall(lab);
    await eventually('the rows of the call', () => seen('Cdr') === 2);
    // The call-centre record is made a moment after the caller's end.
    await sleep(2_500);
    t.ok(existsSync(join(daemon.dir, 'data/records.db')), 'the store is where data_dir says');
    await daemon.kill();
    receiver.clear();
    await receiver.up();
    await daemon.launch();
    await daemon.ready();
    await receiver.waitForEvent('cc_cdr');
    await eventually('both rows', () => receiver.events('cdr').length === 2);
    await sleep(1_000);
    const count = (event: string): number => receiver.events(event).length;
    t.same({ ivr: count('ivr'), cdr: count('cdr'), cc_cdr: count('cc_cdr') }, { ivr: 1, cdr: 2, cc_cdr: 1 });
    t.match(receiver.events('cc_cdr'), [{ agentCode: '800', score: '5', hangupSide: 'agent', incomplete: false }]);
    t.equal(count('dialbegein') + count('hangup'), 0, 'what is worthless when late is not sent late');
    receiver.clear();
    await daemon.stop();
    await daemon.launch();
    await daemon.ready();
    await sleep(1_000);
    t.same(
      receiver.pushes.filter(({ json }) => json['event'] !== 'extensionstatus'),
      [],
      'what was delivered is not sent again',
    );
    t.same(errorsIn(daemon.output), [], 'and no error in the log');
  });
});
