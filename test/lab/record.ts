/**
 * `npm run lab:record [-- set-up scenario…]`: plays the scenarios on real Asterisk and keeps what a daemon would have
 * read on its AMI connection, byte for byte, in `test/transcripts/<set-up>/<scenario>.ami`. Each begins with the login
 * and the lists that the daemon asks for (ActionIDs `start-<action>`) and ends with the same lists (`end-<action>`).
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LabAmi } from './ami.ts';
import { accounts } from './conf.ts';
import { AmiOperator } from './operator.ts';
import type { Scenario } from './scenarios.ts';
import { loadScenarios } from './scenarios.ts';
import type { Setup, Tech } from './setup.ts';
import { isSetup, setups } from './setup.ts';
import { Scenery } from './stage.ts';
import { eventually } from './within.ts';

const transcripts = join(import.meta.dirname, '../transcripts');

function lists(tech: Tech): string[] {
  const devices = tech === 'SIP' ? ['SIPpeers'] : ['PJSIPShowEndpoints', 'PJSIPShowContacts'];
  return ['CoreShowChannels', 'QueueStatus', 'ExtensionStateList', ...devices];
}

async function askLists(ami: LabAmi, tech: Tech, when: 'start' | 'end'): Promise<void> {
  // PJSIPShowContacts of 16 answers Error when there are none: what it says belongs to the transcript.
  for (const name of lists(tech)) await ami.tryAction(name, { ActionID: `${when}-${name}` });
}

async function record(setup: Setup, scenario: Scenario): Promise<Buffer> {
  const scenery = new Scenery(setup, scenario.options);
  try {
    await scenery.start();
    const { asterisk } = scenery;
    const recorded = await new LabAmi(asterisk.amiPort).start(accounts.daemon);
    await askLists(recorded, asterisk.tech, 'start');
    await scenario.run(scenery.stage(new AmiOperator(recorded, asterisk.tech)));
    await eventually('no channel is left', async () =>
      (await asterisk.cli('core show channels')).includes('0 active channels'),
    );
    // Device states and the call detail record follow the last hang-up.
    await sleep(300);
    await askLists(recorded, asterisk.tech, 'end');
    recorded.stop();
    return recorded.received;
  } finally {
    await scenery.stop();
  }
}

const words = process.argv.slice(2);
const chosen = words.filter(isSetup);
const scenarios = await loadScenarios(words.filter((word) => !isSetup(word)));
for (const setup of chosen.length === 0 ? setups : chosen) {
  mkdirSync(join(transcripts, setup), { recursive: true });
  for (const scenario of scenarios) {
    try {
      const bytes = await record(setup, scenario);
      writeFileSync(join(transcripts, setup, `${scenario.name}.ami`), bytes);
      console.log(`${setup} ${scenario.name} ${(bytes.length / 1024).toFixed(0)} KB`);
    } catch (cause) {
      // One that failed keeps what was recorded before, and holds up none of the others.
      console.error(`${setup} ${scenario.name} was not recorded:`, cause);
      process.exitCode = 1;
    }
  }
}
