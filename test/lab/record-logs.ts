/**
 * `npm run lab:record-logs [-- set-up scenario…]`: plays the scenarios with the daemon looking on, and keeps what
 * Asterisk wrote into its own logs (`rows.csv`, `Master.csv`, `queue_log`) and the records that the daemon pushed
 * meanwhile (`records.json`: `webhook-id` and body) in `test/oracle/recorded-logs/<set-up>/<scenario>/`.
 */
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiOperator } from './api-operator.ts';
import { Daemon } from './daemon.ts';
import { Receiver } from './receiver.ts';
import type { Scenario } from './scenarios.ts';
import { loadScenarios } from './scenarios.ts';
import type { Setup } from './setup.ts';
import { isSetup, setups } from './setup.ts';
import { Scenery } from './stage.ts';
import { eventually } from './within.ts';

const recorded = join(import.meta.dirname, '../oracle/recorded-logs');

async function record(setup: Setup, scenario: Scenario): Promise<number> {
  const scenery = new Scenery(setup, scenario.options);
  const receiver = await new Receiver().start();
  try {
    await scenery.start();
    const { asterisk } = scenery;
    const daemon = new Daemon(asterisk, receiver.url, { push: { events: 'cdr, ivr, cc_cdr' } });
    try {
      await daemon.start();
      await scenario.run(scenery.stage(new ApiOperator(daemon)));
      await eventually('no channel is left', async () =>
        (await asterisk.cli('core show channels')).includes('0 active channels'),
      );
      // The call-centre record follows its caller's end.
      await sleep(2_500);
    } finally {
      await daemon.dispose();
    }
    const dir = join(recorded, setup, scenario.name);
    mkdirSync(dir, { recursive: true });
    const logs = { 'rows.csv': asterisk.rowsFile, 'Master.csv': asterisk.cdrFile, queue_log: asterisk.queueLog };
    for (const [name, file] of Object.entries(logs)) if (existsSync(file)) copyFileSync(file, join(dir, name));
    const records = receiver.pushes.map(({ headers, json }) => ({ id: headers['webhook-id'], body: json }));
    writeFileSync(join(dir, 'records.json'), `[\n${records.map((one) => JSON.stringify(one)).join(',\n')}\n]\n`);
    return records.length;
  } finally {
    await receiver.stop();
    await scenery.stop();
  }
}

const words = process.argv.slice(2);
const chosen = words.filter(isSetup);
const scenarios = await loadScenarios(words.filter((word) => !isSetup(word)));
for (const setup of chosen.length === 0 ? setups : chosen) {
  const left = [...scenarios];
  const work = async (): Promise<void> => {
    for (let scenario = left.shift(); scenario !== undefined; scenario = left.shift()) {
      try {
        console.log(`${setup} ${scenario.name} ${await record(setup, scenario)} records`);
      } catch (cause) {
        // One that failed keeps what was recorded before, and holds up none of the others.
        console.error(`${setup} ${scenario.name} was not recorded:`, cause);
        process.exitCode = 1;
      }
    }
  };
  // They wait for most of the time.
  await Promise.all([work(), work()]);
}
