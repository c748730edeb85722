import { setTimeout as sleep } from 'node:timers/promises';
import type { Test } from 'tap';
import { privateMemory } from '../faults/memory.ts';
import { directDid } from '../lab/dialplan.ts';
import type { Lab } from '../lab/scenario.ts';
import { withLab } from '../lab/scenario.ts';
import type { Setup } from '../lab/setup.ts';
import { percentEncoded } from './percent.ts';
import { Report } from './report.ts';

/** Milliseconds between two forged INVITEs: 20 a second. */
const pace = 50;
/** 803 has no phone: what is sent there ends by itself. */
const dialled = `${directDid}803`;
const numbers = [
  '1\r\n\r\n',
  '1\r\n\r\nEvent: ExtensionStatus\r\nExten: 800\r\nContext: internal\r\nHint: Local/801@x',
  '1\r\nUniqueid: 9.9\r\nLinkedid: 9.9',
].map(percentEncoded);

/** How honest clients fare in one part of the test. */
interface Fare {
  /** Milliseconds, medians: a query, and from click-to-dial to the INVITE at the phone. */
  readonly query: number;
  readonly click: number;
  readonly megabytes: number;
}

const median = (times: readonly number[]): number => times.toSorted((a, b) => a - b)[times.length >> 1] ?? NaN;

async function timed(what: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await what();
  return performance.now() - start;
}

/** One click-to-dial of 800, answered and ended; the milliseconds until 800 rang. */
async function click(t: Test, lab: Lab): Promise<number> {
  const [agent, called] = [await lab.phone('800'), await lab.phone('801')];
  const start = performance.now();
  const answer = await lab.daemon.api('POST', 'extensions/click-number', { src: '800', dst: '801' });
  if (answer.status !== 200) t.fail(`click-number was answered ${answer.status}`, { text: answer.text });
  const first = await agent.incoming();
  const time = performance.now() - start;
  await first.answer();
  const second = await called.incoming();
  await first.hangUp();
  await second.ended();
  return time;
}

async function fare(t: Test, lab: Lab, rounds: number): Promise<Fare> {
  const [queries, clicks]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    // The same click-to-dial within a second is one call.
    await sleep(1_050);
    clicks.push(await click(t, lab));
    for (let query = 0; query < 10; query++) {
      queries.push(
        await timed(async () => {
          const answer = await lab.daemon.api('GET', 'extensions/extension-hints-status');
          if (answer.status !== 200) t.fail(`a query was answered ${answer.status}`);
        }),
      );
      await sleep(20);
    }
  }
  const megabytes = Math.round(privateMemory(lab.daemon.pid) / 1024);
  return { query: median(queries), click: median(clicks), megabytes };
}

/** Sends forged INVITEs until it is told to stop; how many they were. */
async function flood({ provider }: Lab, isOver: () => boolean): Promise<number> {
  let sent = 0;
  for (; !isOver(); sent++) {
    const call = await provider.call(dialled, { number: numbers[sent % numbers.length] ?? '' });
    call.ended().catch(() => undefined);
    await sleep(pace);
  }
  return sent;
}

/** Honest requests before, during and after a flood of forged INVITEs; figures are printed and decide nothing. */
export async function underFlood(t: Test, setup: Setup, rounds: number): Promise<void> {
  await withLab(t, setup, async (lab) => {
    const report = new Report(t);
    await click(t, lab);
    const before = await fare(t, lab, rounds);
    let isOver = false;
    const flooding = flood(lab, () => isOver);
    const during = await fare(t, lab, rounds);
    isOver = true;
    report.sent(`${await flooding} INVITEs with line ends in the number, ${1_000 / pace} a second`);
    const after = await fare(t, lab, rounds);
    const ratio = (one: number, other: number): string => (one / other).toFixed(1);
    for (const what of ['query', 'click'] as const)
      report.happened(
        `${what}: ${before[what].toFixed(1)} ms before, during ${ratio(during[what], before[what])} times that, ` +
          `after ${ratio(after[what], before[what])} times`,
      );
    report.happened(`memory: ${before.megabytes} MB before, ${during.megabytes} during, ${after.megabytes} after`);
    const { json } = await lab.daemon.api('GET', 'status');
    const { forgedEvents } = (json as { data: { forgedEvents: number } }).data;
    report.happened(`${forgedEvents} events counted as forged`);
    t.ok(forgedEvents > 0, 'the forged events were counted');
    t.equal(
      lab.receiver.events('cdr').some(({ uniqueid }) => uniqueid === '9.9'),
      false,
      'none was believed',
    );
  });
}
