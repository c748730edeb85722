import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { compare } from '../oracle/compare.ts';
import type { ExpectedCall } from '../oracle/expected.ts';
import { expected } from '../oracle/expected.ts';
import { Matrix } from '../oracle/matrix.ts';
import { setups } from '../lab/setup.ts';
import { mac, readTranscript, replay, truthOf } from '../oracle/replay.ts';

/**
 * Every recorded scenario is compared with its description: this tests each event's file, miss-cause.ts and
 * conversation.ts. Details have tests of their own beside this.
 */

/**
 * The recordings' supervisor was rung by another AMI client than the daemon: until ChanSpy runs on its phone nothing
 * tells it from a click-to-dial, hence its leg is told, and ended.
 */
const strangersSpy: ExpectedCall = {
  legs: [{ from: '', calleridnum: '', to: '802', destcalleridnum: '802', dialstring: '802', dialstatus: 'hangup' }],
  hangups: [],
  rows: [{ calltype: '', disposition: 'ANSWERED', recordfile: undefined }],
  menus: [],
  record: undefined,
};

const folder = join(import.meta.dirname, '../transcripts');

void t.test('the recordings of every scenario, told as written in test/scenarios', (t) => {
  const matrix = new Matrix();
  for (const setup of setups) {
    const recorded = readdirSync(join(folder, setup));
    t.same(recorded.map((file) => file.replace('.ami', '')).sort(), Object.keys(expected).sort(), 'every scenario');
    for (const [scenario, calls] of Object.entries(expected)) {
      void t.test(`${setup} ${scenario}`, (t) => {
        const transcript = readTranscript(setup, scenario);
        const { pushes } = replay(transcript);
        const wanted = calls(setup);
        const bodies = pushes.map(({ body }) => body).filter(({ event }) => event !== 'dialanswer');
        const ids = pushes.map(({ body, callId, rowKey }) => [body.event, callId, rowKey].join(' '));
        t.equal(new Set(ids).size, ids.length, 'no two pushes count as one');
        compare(t, setup, scenario === 'spy' ? [wanted[0]!, strangersSpy] : wanted, bodies, truthOf(transcript), mac);
        matrix.add(scenario, setup, bodies);
        t.end();
      });
    }
  }
  matrix.close(t, setups);
  t.end();
});
