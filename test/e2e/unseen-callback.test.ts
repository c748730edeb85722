import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { withLab } from '../lab/scenario.ts';
import * as callback from '../lab/scenarios/queue-callback.ts';

/** Who waits in the queue is the half of a Local channel: its Uniqueid is not the call's Linkedid, and it has no row. */
void t.test(
  'a callback whose record was made, then the daemon dies: it is not made again under another uuid',
  async (t) => {
    await withLab(t, '22-pjsip', async ({ receiver, daemon, ...stage }) => {
      await callback.run(stage);
      await receiver.waitForEvent('cc_cdr');
      await daemon.kill();
      await daemon.launch();
      await daemon.ready();
      await sleep(9_000);
      const uuids = new Set(receiver.events('cc_cdr').map(({ uuid }) => uuid));
      t.equal(uuids.size, 1, `contract §3.7: one cc_cdr for the call, not ${[...uuids].map(String).join()}`);
    });
  },
);
