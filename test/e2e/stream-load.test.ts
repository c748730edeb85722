import t, { type Test } from 'tap';
import { flags } from '../../packaging/build/flags.ts';
import { collectArguments, collected, type Memory } from '../lab/collected.ts';
import type { Lab } from '../lab/scenario.ts';
import { withLab } from '../lab/scenario.ts';
import { errorsIn } from '../oracle/errors.ts';
import { StateEar } from './state-ear.ts';
import { StreamAudience, untilStreams } from './stream-audience.ts';
import { type Body, dialplan, lineOf, shown, StreamBench, type Window } from './stream-bench.ts';
import type { ReadersReport } from './stream-readers.ts';

const crowd = { readers: 180, deaf: 20 };
/** How much later a push may be while the stream is read: the median of p50 with readers ÷ that without. */
const wantedRatio = 1.5;
/**
 * As much for the slowest: p99 with readers ÷ p99 without. 1.5 is wanted; the p99 of a window, which is that of 200 pushes,
 * varies fourfold on a quiet machine, and 1.3 to 2.3 were measured on two processors, of which the readers take their part.
 * So it is printed, and red is what is beyond all chance.
 */
const slowestRatio = 4;
/** How much more of a processor an event may cost while the stream is read. */
const costRatio = 3;
/** How much more may stay: of what is held, and of the memory, which the C library gives back late. */
const heldRatio = 1.25;
const privateRatio = 1.5;
/** Windows of each kind, in turns: the least and the most of them. */
const rounds = { least: 3, most: 8 };
/** A window in which the daemon or who measures waits longer than this part of the time for a processor tells of others' work. */
const calm = 0.3;

/** Who reads got the same, in its order, and all that was pushed. */
function checkReaders(t: Test, report: ReadersReport, pushed: readonly string[]): void {
  t.equal(report.read.length, crowd.readers);
  t.strictSame([...new Set(report.read)], [report.read[0]], 'all readers got the same, byte for byte');
  t.ok(report.isInOrder, 'in its order, nothing twice');
  // The receiver is sent these only if it names them.
  const unnamed = new Set<unknown>(['dialanswer', 'agentstate']);
  const streamed = (report.pushes as Body[]).filter(({ event }) => !unnamed.has(event));
  t.strictSame(streamed.map(lineOf).sort(), [...pushed].sort(), 'every push, each once');
}

const leastCost = (windows: readonly Window[]): number => Math.min(...windows.map(({ cost }) => cost));

function median(windows: readonly Window[], of: 'p50' | 'p99'): number {
  const sorted = windows.map((one) => one[of]).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

/** Windows without and with readers, in turns, until the pushes are seen to be in time. */
async function latency(t: Test, alone: () => Promise<Window>, read: () => Promise<Window>): Promise<void> {
  const [without, withReaders]: [Window[], Window[]] = [[], []];
  const ratio = (of: 'p50' | 'p99'): number =>
    median(withReaders.filter(isCalm), of) / median(without.filter(isCalm), of);
  const isLate = (): boolean => ratio('p50') > wantedRatio || ratio('p99') > slowestRatio;
  const isBusy = (): boolean => [without, withReaders].some((all) => all.filter(isCalm).length < rounds.least);
  for (let round = 1; round <= rounds.most && (isBusy() || isLate()); round++) {
    const [one, other] = [await alone(), await read()];
    without.push(one);
    withReaders.push(other);
    t.comment(`without readers ${shown(one)}`);
    t.comment(`with them       ${shown(other)}`);
  }
  const cost = leastCost(withReaders) / leastCost(without);
  t.comment(`CPU with readers ÷ without: ${cost.toFixed(2)}`);
  t.comment(`p99 with ÷ without, medians: ${(median(withReaders, 'p99') / median(without, 'p99')).toFixed(2)}`);
  t.ok(cost <= costRatio, `an event costs at most ${costRatio} times as much`);
  const skip = isBusy() ? { skip: 'others took the processors most of the time' } : {};
  t.ok(ratio('p50') <= wantedRatio, `a push is at most ${wantedRatio} times as late`, skip);
  t.ok(ratio('p99') <= slowestRatio, `the slowest are at most ${slowestRatio} times as late`, skip);
}

function isCalm({ waited }: Window): boolean {
  return waited <= calm;
}

async function play(t: Test, lab: Lab): Promise<void> {
  const { daemon, ami, asterisk } = lab;
  await lab.phone('800');
  await lab.operator.login('800', '630');
  await ami.action('Events', { EventMask: 'system,call,agent,user,cdr,reporting' });
  const ear = await StateEar.open(asterisk.amiPort);
  t.teardown(() => {
    ear.stop();
  });
  const bench = new StreamBench(lab, ear);
  const note = async (when: string): Promise<Memory> => {
    const now = await collected(daemon);
    t.comment(`${when}: ${now.private} kB private, ${Math.round(now.held / 1024)} kB held`);
    return now;
  };
  const read = async (): Promise<Window> => {
    const audience = await StreamAudience.open(daemon, crowd);
    const from = bench.lines.length;
    const window = await bench.window();
    await bench.load(() => untilStreams(daemon, crowd.readers));
    await bench.quiet();
    const { read, unheard } = await audience.leave();
    checkReaders(t, read, bench.lines.slice(from));
    const most = Math.max(...unheard.map(({ bytes }) => bytes));
    t.ok(
      unheard.every(({ isCut }) => isCut) && unheard.length === crowd.deaf && most < read.bytes,
      'who does not read is cut off before the end',
    );
    t.comment(`${read.events} events, ${read.bytes} bytes were read; who did not read finds ${most} at most`);
    await untilStreams(daemon, 0);
    return window;
  };
  await bench.window();
  const before = await note('before any reader came');
  await read();
  const first = await note('after the first readers');
  await latency(t, () => bench.window(), read);

  const after = await note('after all have left');
  t.ok(after.held <= heldRatio * before.held, 'what it holds is what it held before anybody came');
  t.ok(after.private <= privateRatio * first.private, 'its memory does not grow from one crowd to the next');
  t.strictSame(errorsIn(daemon.output), [], 'no error in its log');
}

void t.test('200 readers of the live stream under load, 20 of which do not read', (t) =>
  withLab(t, '22-pjsip', (lab) => play(t, lab), {
    extra: { 'extensions.conf': dialplan },
    // As on the box: without its flags V8 lets the memory grow before it collects.
    daemon: { nodeArguments: [...flags, ...collectArguments] },
  }),
);
