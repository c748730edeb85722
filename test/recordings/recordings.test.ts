// Also tests pending.ts.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t, { type Test } from 'tap';
import type { Call, Change, Channel, Recording } from '../../src/picture/model.ts';
import { PendingRecordings } from '../../src/recordings/pending.ts';
import { Recordings } from '../../src/recordings/recordings.ts';
import { localTime } from '../../src/system/local-time.ts';
import { FakeClock, FakeLog } from '../push/fakes.ts';

type Complete = Extract<Change, { type: 'recording-complete' }>['recording'];

/** As much of a call as recordings look at. */
function callOf(id: string): { call: Call; record: (file: string) => Recording; talk: (extension: string) => void } {
  const call = { id, clientUserId: '', channels: new Map(), recordings: [], endedAt: undefined } as unknown as Call;
  const on = { call, extension: '', uniqueid: id, talks: [], endedAt: undefined } as unknown as Channel;
  call.channels.set(id, on);
  const record = (file: string): Recording => {
    const recording = { file, on, at: 1_795_000_000_000, until: undefined } as unknown as Recording;
    call.recordings.push(recording);
    return recording;
  };
  const talk = (extension: string): void => {
    const phone = { extension } as Channel;
    const recordings = [...call.recordings];
    on.talks.push({ between: [on, phone], from: on.talks.length, to: undefined, recordings });
  };
  return { call, record, talk };
}

/** What MixMonitor leaves. */
function writeWav(file: string, bytes: number): void {
  const head = Buffer.alloc(44);
  head.write('RIFF');
  head.writeUInt32LE(bytes + 36, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt32LE(16_000, 28);
  head.write('data', 36);
  head.writeUInt32LE(bytes, 40);
  writeFileSync(file, Buffer.concat([head, Buffer.alloc(bytes)]));
}

interface Made {
  readonly recordings: Recordings;
  readonly told: Complete[];
  readonly log: FakeLog;
  readonly clock: FakeClock;
  readonly live: Set<string>;
  readonly dir: string;
  /** Lets some time pass, and the disk answer. */
  readonly pass: (ms: number) => Promise<void>;
  /** The same until so many are told. */
  readonly tells: (count: number) => Promise<void>;
}

const notes = new Map<string, string>();

function made(t: Test, dir = t.testdir()): Made {
  const told: Complete[] = [];
  const log = new FakeLog();
  const clock = new FakeClock();
  const live = new Set<string>();
  const recordings = new Recordings({
    monitorDir: () => dir,
    checkpoints: { checkpoint: (name) => notes.get(name), setCheckpoint: (name, text) => void notes.set(name, text) },
    callById: (id) => (live.has(id) ? ({ id, endedAt: undefined } as Call) : undefined),
    clock,
    log,
    onComplete: ({ recording }) => {
      told.push(recording);
    },
  });
  recordings.start();
  const pass = async (ms: number): Promise<void> => {
    for (let gone = 0; gone < ms; gone += 500) {
      await clock.advance(500);
      await sleep(20);
    }
  };
  const tells = async (count: number): Promise<void> => {
    for (let looks = 0; told.length < count && looks < 1_000; looks++) await pass(500);
  };
  return { recordings, told, log, clock, live, dir, pass, tells };
}

t.beforeEach(() => {
  notes.clear();
});

void t.test('a file is told once its call is over and it is closed; with who talked in it', async (t) => {
  const { recordings, told, pass, tells, dir } = made(t);
  const { call, record, talk } = callOf('1.1');
  const file = join(dir, 'q.wav');
  recordings.take({ type: 'recording-begun', recording: record(file) });
  talk('801');
  talk('800');
  talk('801');
  writeFileSync(file, 'RIFF');
  await pass(10_000);
  t.strictSame(told, [], 'the call goes on');
  recordings.take({ type: 'call-gone', call });
  writeWav(file, 32_000);
  await tells(1);
  t.match(told, [{ callId: '1.1', file, size: 32_044, ms: 2_000, agents: ['801', '800'] }]);
  await pass(10_000);
  t.equal(told.length, 1);
  recordings.found({ callId: '1.1', uniqueids: ['1.1'], agents: [], at: 0 });
  await pass(10_000);
  t.equal(told.length, 1);
});

void t.test('nothing recorded, no file, another file', async (t) => {
  const { recordings, told, pass, tells, dir, log } = made(t);
  const { call, record } = callOf('1.2');
  for (const name of ['empty.wav', 'none.wav', 'made.wav']) {
    recordings.take({ type: 'recording-begun', recording: record(join(dir, name)) });
  }
  writeWav(join(dir, 'empty.wav'), 0);
  writeWav(join(dir, 'made.wav'), 320);
  recordings.take({ type: 'call-gone', call });
  await pass(1_000);
  writeFileSync(join(dir, 'made.mp3'), 'abc');
  await pass(3_000);
  rmSync(join(dir, 'made.wav'));
  await tells(1);
  t.match(told, [{ file: join(dir, 'made.mp3'), size: 3, ms: undefined }]);
  for (let looks = 0; log.lines.length === 0 && looks < 1_000; looks++) await pass(500);
  t.equal(told.length, 1);
  t.match(log.lines, [/none.wav of call 1.2: there is no such file/]);
  t.match(new Map(notes).get('recordings'), /^\{"pending":\[\]/);
});

void t.test(
  'killed in the middle: the next process tells it, once, whether the call ended meanwhile or not',
  async (t) => {
    const dir = t.testdir();
    const first = made(t, dir);
    const { call, record } = callOf('1.3');
    const other = callOf('1.4');
    const [file, long] = [join(dir, 'a.wav'), join(dir, 'b.wav')];
    first.recordings.take({ type: 'recording-begun', recording: record(file) });
    first.recordings.take({ type: 'recording-begun', recording: other.record(long) });
    const leg = { call, extension: '801' } as Extract<Change, { type: 'dial-answer' }>['leg'];
    first.recordings.take({ type: 'dial-answer', timestamp: '1', leg });
    await first.pass(1_000);
    writeWav(file, 1_600);
    writeWav(long, 1_600);
    const second = made(t, dir);
    second.live.add('1.4');
    await second.pass(3_000);
    t.strictSame(second.told, [], 'not before it is known what goes on');
    second.recordings.current();
    await second.tells(1);
    t.match(second.told, [{ callId: '1.3', file, agents: ['801'], ms: 100 }]);
    second.recordings.take({ type: 'call-gone', call: { ...other.call, recordings: [] } });
    await second.tells(2);
    t.match(second.told.slice(1), [{ callId: '1.4', file: long }]);
    const third = made(t, dir);
    third.recordings.current();
    third.recordings.found({ callId: '1.3', uniqueids: ['1.3'], agents: [], at: 0 });
    await third.pass(10_000);
    t.strictSame(third.told, []);
  },
);

void t.test('a call that only the logs tell of: its file is found by its name', async (t) => {
  const { recordings, told, tells, dir, clock } = made(t);
  const day = localTime(clock.now()).slice(0, 10).replaceAll('-', '/');
  mkdirSync(join(dir, day), { recursive: true });
  writeWav(join(dir, day, 'q-1795000000.7.wav'), 16_000);
  recordings.found({ callId: '1795000000.7', uniqueids: ['1795000000.7'], agents: ['800'], at: clock.now() });
  recordings.found({ callId: '1795000000.8', uniqueids: ['1795000000.8'], agents: ['800'], at: clock.now() });
  await tells(1);
  t.match(told, [{ callId: '1795000000.7', agents: ['800'], ms: 1_000 }]);
});

void t.test('one file of one call is one recording, however often it was begun', (t) => {
  const pending = new PendingRecordings();
  const { call, record } = callOf('1.5');
  pending.begun(record('/m/a.wav'));
  pending.ended(call, 1_795_000_001_000);
  t.equal(pending.due().length, 1);
  pending.begun(record('/m/a.wav'));
  t.equal(pending.due().length, 0, 'it goes on');
  pending.ended(call, 1_795_000_002_000);
  t.match(pending.due(), [{ file: '/m/a.wav', from: 1_795_000_000_000, to: 1_795_000_002_000 }]);
  t.end();
});
