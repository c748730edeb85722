import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Test } from 'tap';
import type { Setup } from '../lab/setup.ts';
import { eventually } from '../lab/within.ts';
import { Disk, mayMount } from './disk.ts';
import { Flash } from './flash.ts';
import { settleAndCompare } from './settle.ts';
import type { Stage, StageOptions } from './stage.ts';
import { anotherDaemon, withFaults } from './stage.ts';

const exec = promisify(execFile);

/** What the log says of a disk that takes nothing. */
const diskErrors = /store: /;

/** GET /ready until it says why the disk is at fault. */
async function tellsOfDisk(t: Test, { daemon }: Stage): Promise<void> {
  let said = '';
  const look = async (): Promise<boolean> => {
    const answer = await fetch(`http://127.0.0.1:${daemon.port}/ready`).catch(() => undefined);
    said = (await answer?.text()) ?? 'nothing';
    return answer?.status === 503 && said.includes('memory');
  };
  await eventually('GET /ready says that records are in memory only', look).finally(() => {
    t.comment(said);
  });
}

/** What comes while the disk takes nothing, for so long (ms). */
async function goesOn(t: Test, { arrivals, daemon }: Stage, time: number, isSilent = false): Promise<void> {
  const { pid } = daemon;
  const before = { records: arrivals.records.size, signals: arrivals.signals };
  await sleep(time);
  const records = arrivals.records.size - before.records;
  const signals = arrivals.signals - before.signals;
  t.comment(`${records} records and ${signals} signals came while the disk took nothing`);
  if (isSilent) t.equal(signals, 0, 'signals stop');
  t.ok(records > 0, 'records arrive all the same');
  t.equal(daemon.pid, pid, 'and the daemon lives');
}

/** A disk that can be filled and freed. */
interface Fillable {
  fill(): unknown;
  free(): unknown;
}

/** The disk gets full under load, and has room again; `isWorse`: the receiver is down then, and the daemon killed. */
async function fillAndFree(t: Test, stage: Stage, disk: Fillable, time: number, isWorse: boolean): Promise<void> {
  const { traffic, daemon, receiver, away } = stage;
  traffic.start();
  await sleep(2_500);
  await disk.fill();
  await tellsOfDisk(t, stage);
  // Signals that were on their way arrive still.
  await sleep(1_500);
  await goesOn(t, stage, time, disk instanceof Disk);
  if (isWorse) {
    // What is made from here on is in memory alone, and is gone with the daemon.
    away.begin();
    await receiver.down();
    await sleep(time);
    // What was in memory only is in Asterisk's files still. It is not ready before there is room.
    await anotherDaemon(
      stage,
      () => daemon.kill(),
      () => sleep(1_000),
      async () => {
        await tellsOfDisk(t, stage);
        await sleep(time);
        await disk.free();
      },
    );
    await receiver.up();
  } else {
    await disk.free();
  }
  await daemon.ready();
  await sleep(2_000);
  // What was delivered from memory only is made anew of Asterisk's files, which know less.
  await settleAndCompare(t, stage, { errors: diskErrors, silence: 75_000, otherBodies: isWorse });
}

/** The folder is read-only when the daemon starts, and can be written later. */
async function readOnly(t: Test, stage: Stage, disk: Disk, time: number): Promise<void> {
  const { traffic, daemon } = stage;
  traffic.start();
  await sleep(2_500);
  await anotherDaemon(
    stage,
    () => daemon.stop(),
    () => disk.remount('ro'),
    async () => {
      await tellsOfDisk(t, stage);
      await goesOn(t, stage, time);
      await disk.remount('rw');
    },
  );
  await sleep(2_000);
  await settleAndCompare(t, stage, { errors: diskErrors });
}

/** The flash is found to be faulty while the daemon uses it: read-only for `time` ms, until a person starts the box anew. */
async function broken(t: Test, stage: Stage, flash: Flash, time: number): Promise<void> {
  const { traffic, daemon } = stage;
  traffic.start();
  await sleep(2_500);
  flash.break();
  await tellsOfDisk(t, stage);
  await goesOn(t, stage, time);
  await anotherDaemon(
    stage,
    () => daemon.stop(),
    () => flash.repair(),
  );
  await sleep(2_000);
  // Whether what was in memory was delivered nobody knows any more: it is made anew of Asterisk's files.
  await settleAndCompare(t, stage, { errors: diskErrors, otherBodies: true });
}

/** The tests with a disk that takes nothing for `time` ms; the short ones leave out the worst. */
export async function runDisks(t: Test, setup: Setup, seed: number, time: number, isLong = true): Promise<void> {
  if (!(await mayMount())) {
    t.comment('nothing may be mounted here: the size of the files is limited instead');
    await t.test('no file may grow, then they may', (t) => limited(t, setup, { seed }, time));
    return;
  }
  const onDisk = async (size: string, seed: number, fn: (stage: Stage, disk: Disk) => Promise<void>): Promise<void> => {
    const disk = await Disk.mount(size);
    const options = { seed, api: { general: { data_dir: disk.dir } }, daemon: { inside: disk.inside } };
    try {
      await withFaults(t, setup, options, (stage) => fn(stage, disk));
    } finally {
      disk.dispose();
    }
  };
  await t.test('the disk is full, then not', (t) =>
    onDisk('6m', seed, (stage, disk) => fillAndFree(t, stage, disk, time, false)),
  );
  if (isLong)
    await t.test('the disk is full, the receiver down and the daemon killed', (t) =>
      onDisk('6m', seed + 1, (stage, disk) => fillAndFree(t, stage, disk, time, true)),
    );
  if (isLong)
    await t.test('the flash turns read-only under the daemon', async (t) => {
      const flash = await Flash.make();
      if (flash === undefined) {
        t.comment('there are no loop devices here: no flash is broken');
        return;
      }
      const options = { seed: seed + 3, api: { general: { data_dir: flash.dir } }, daemon: { inside: flash.inside } };
      try {
        await withFaults(t, setup, options, (stage) => broken(t, stage, flash, time));
      } finally {
        flash.dispose();
      }
    });
  await t.test('data_dir is read-only, then not', (t) =>
    onDisk('20m', seed + 2, (stage, disk) => readOnly(t, stage, disk, time)),
  );
}

/** As a full disk for who may mount nothing: no file may be larger than the log already is. */
export async function limited(t: Test, setup: Setup, options: StageOptions, time: number): Promise<void> {
  await withFaults(t, setup, options, async (stage) => {
    const limit = (size: string): Promise<unknown> =>
      exec('prlimit', [`--pid=${stage.daemon.pid ?? 0}`, `--fsize=${size}:`]);
    const disk: Fillable = {
      fill: () => limit('4096'),
      free: () => limit('unlimited'),
    };
    await fillAndFree(t, stage, disk, time, false);
  });
}
