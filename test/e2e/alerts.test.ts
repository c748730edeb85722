import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import t from 'tap';
import { localTime } from '../../src/system/local-time.ts';
import { Receiver } from '../lab/receiver.ts';
import type { Lab } from '../lab/scenario.ts';
import { withLab } from '../lab/scenario.ts';
import { run as playCall } from '../lab/scenarios/internal-callee-hangs-up.ts';
import { makeTemp, removeTemp } from '../lab/temp.ts';
import { eventually } from '../lab/within.ts';

/** An alert comes after a minute; on a busy machine, later. */
const aFewMinutes = 300_000;

/** What GET /ready says of receivers. */
async function warnings({ daemon }: Lab): Promise<readonly string[]> {
  const answer = await fetch(`http://127.0.0.1:${daemon.port}/ready`);
  const { data } = (await answer.json()) as { data?: { warnings?: string[] } };
  return data?.warnings ?? [];
}

/** How often the journal says that a receiver has failed for long. */
const toldBy = ({ daemon }: Lab): number => daemon.output.match(/the receiver has failed for/g)?.length ?? 0;

void t.test('a receiver that fails for long is told once, whatever happens meanwhile', async (t) => {
  const dir = makeTemp();
  t.teardown(() => {
    removeTemp(dir);
  });
  const shift = join(dir, 'shift');
  const shiftClock = ({ daemon }: Lab, milliseconds: number): void => {
    writeFileSync(shift, String(milliseconds));
    if (daemon.pid !== undefined) process.kill(daemon.pid, 'SIGUSR2');
  };
  writeFileSync(shift, '0');
  const loader = pathToFileURL(join(import.meta.dirname, '../faults/shifted-clock.ts'));
  loader.searchParams.set('file', shift);

  const ops = await new Receiver().start();
  t.teardown(() => ops.stop());
  const play = async (lab: Lab): Promise<void> => {
    const { daemon, receiver } = lab;
    const isDown = (): Promise<unknown> =>
      eventually('the receiver counts as down', async () => {
        const { json } = await daemon.api('GET', 'status');
        return (json as { data: { receivers: { state: string }[] } }).data.receivers[0]?.state === 'down';
      });
    await playCall(lab);
    await receiver.waitForEvent('cdr');
    await receiver.down();
    // Nobody hears the first alert either, as when the network is away.
    await ops.down();
    await playCall(lab);
    await isDown();
    const began = localTime(Date.now());
    t.strictSame(await warnings(lab), [], 'a minute is not over');

    shiftClock(lab, 86_400_000);
    await daemon.stop();
    const again = localTime(Date.now() + 86_400_000);
    await daemon.start();
    await isDown();
    shiftClock(lab, 0);
    t.equal(toldBy(lab), 0, 'a clock that is stepped by a day is no day of failing');
    await eventually('the journal tells', () => toldBy(lab) === 1, aFewMinutes);
    t.strictSame(await warnings(lab), ['the receiver URL has failed for 1 minute'], 'so does GET /ready');
    await eventually('the alert cannot be sent', () => daemon.output.includes('the alert could not be sent'));
    const readiness = await fetch(`http://127.0.0.1:${daemon.port}/ready`);
    t.equal(readiness.status, 200, 'commands are carried out all the same');
    await playCall(lab);

    await ops.up();
    const [alert] = await ops.waitFor(() => true, { milliseconds: aFewMinutes });
    t.match(alert?.json, { event: 'alert', alert: 'receiver-down', receiver: 'URL', minutes: /^[1-9]/, reason: /\w/ });
    t.match(alert?.headers, { 'content-type': 'application/json', 'user-agent': /^coocenter-api\// });
    const since = String(alert?.json['since']);
    t.ok(since >= began.slice(0, -3) && since < again, `since ${since}: what was before the restart counts`);
    t.ok(Number(alert?.json['records']) >= 2, 'the records of both calls wait');

    await eventually('the answer to it came', () => daemon.output.includes('the alert was sent'));
    for (const end of ['stop', 'kill'] as const) {
      await daemon[end]();
      await daemon.start();
      await isDown();
      t.match(await warnings(lab), [/^the receiver URL has failed for/], 'it is still told by GET /ready');
    }
    await receiver.up();
    await eventually('it is well', async () => (await warnings(lab)).length === 0, aFewMinutes);
    // It is well as soon as it takes one record; the others follow.
    await receiver.waitFor(({ json }) => json['event'] === 'cdr', { count: 3 });
    t.equal(receiver.events('cdr').length, 3, 'the records of all calls came');
    t.strictSame([toldBy(lab), ops.pushes.length], [1, 1], 'told once');

    await receiver.down();
    await playCall(lab);
    await ops.waitFor(() => true, { count: 2, milliseconds: aFewMinutes });
    t.equal(toldBy(lab), 2, 'when it fails anew, that is told');
  };
  const api = { push: { alert_minutes: '1' }, alert: { URL: ops.url } };
  await withLab(t, '22-pjsip', play, { api, daemon: { nodeArguments: ['--import', loader.href] } });
});
