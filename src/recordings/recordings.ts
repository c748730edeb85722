import { open, stat } from 'node:fs/promises';
import { parse } from 'node:path';
import { findRecordings } from '../backfill/find-recordings.ts';
import type { Call, Change } from '../picture/model.ts';
import type { Checkpoints } from '../system/checkpoints.ts';
import type { Clock } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import { recordingFile } from '../system/recording-path.ts';
import { Timer } from '../system/timer.ts';
import { FileWatch, type Present } from './file-watch.ts';
import { PendingRecordings, type PendingRecording } from './pending.ts';
import { headBytes, soundOf, type Sound } from './sound.ts';

/** What Recordings are made of. */
export interface RecordingsParts {
  readonly monitorDir: () => string;
  readonly checkpoints: Pick<Checkpoints, 'checkpoint' | 'setCheckpoint'>;
  readonly callById: (callId: string) => Call | undefined;
  readonly clock: Clock;
  readonly log: Log;
  /** Takes a recording that is complete. What it adds to the store comes before what is saved here. */
  readonly onComplete: (change: Extract<Change, { type: 'recording-complete' }>) => void;
}

/** A call that only the logs tell of. */
export interface FoundCall {
  readonly callId: string;
  /** Uniqueids that may stand in the file's name. */
  readonly uniqueids: readonly string[];
  readonly agents: readonly string[];
  /** When it began, milliseconds since 1970. */
  readonly at: number;
}

const name = 'recordings';
/** Milliseconds between two looks at the files. */
const lookWait = 1_000;
/** Milliseconds in which changes gather before they are saved. */
const saveWait = 100;
/** Files that are looked at in one go. */
const mostLooked = 100;
/** Calls of the logs whose files wait to be looked for. */
const mostFound = 10_000;
/** Endings of what a command may have made of a recording. */
const endings = ['.wav', '.WAV', '.mp3', '.ogg', '.opus', '.m4a', '.flac', '.gsm', '.webm'];

/**
 * Tells when the file of a recording is complete. Comes in: what the picture saw begin and end, and calls that the logs
 * tell of. Goes out: one change for each file. What is not complete is kept over a restart, so that none is missed.
 */
export class Recordings {
  readonly #parts: RecordingsParts;
  readonly #pending = new PendingRecordings();
  readonly #watches = new Map<string, FileWatch>();
  readonly #found: FoundCall[] = [];
  readonly #saving: Timer;
  readonly #looking: Timer;
  #isRunning = false;

  constructor(parts: RecordingsParts) {
    this.#parts = parts;
    this.#saving = new Timer(parts.clock, () => {
      this.#save();
    });
    this.#looking = new Timer(parts.clock, () => {
      this.#look()
        .catch((cause: unknown) => {
          parts.log.error('recordings cannot be looked at', cause);
        })
        .finally(() => {
          this.#lookSoon();
        });
    });
  }

  /** Goes on where the last process ended. */
  start(): void {
    this.#isRunning = true;
    try {
      const saved = this.#parts.checkpoints.checkpoint(name);
      if (saved !== undefined) this.#pending.restore(saved);
    } catch (cause) {
      this.#parts.log.warning('what recordings were under way cannot be read', cause);
    }
    this.#lookSoon();
  }

  stop(): void {
    this.#isRunning = false;
    this.#looking.clear();
    if (this.#saving.isSet) this.#save();
  }

  /** Learns what the picture saw. */
  take(change: Change): void {
    if (change.type === 'recording-begun') this.#pending.begun(change.recording);
    else if (change.type === 'dial-answer') {
      if (!this.#pending.answered(change.leg)) return;
    } else if (change.type === 'call-gone') {
      if (!this.#pending.ended(change.call, this.#parts.clock.now())) return;
    } else return;
    this.#saving.ensureIn(saveWait);
    this.#lookSoon();
  }

  /** The picture is Asterisk's: whatever is not in it ended unseen. */
  current(): void {
    this.#pending.current((callId) => {
      const call = this.#parts.callById(callId);
      return call !== undefined && call.endedAt === undefined;
    });
    this.#lookSoon();
  }

  /** Takes a call that nobody saw; its file is looked for by its name. */
  found(call: FoundCall): void {
    if (this.#found.length < mostFound) this.#found.push(call);
    this.#lookSoon();
  }

  #lookSoon(): void {
    if (this.#isRunning && this.#found.length + this.#pending.due().length > 0) this.#looking.ensureIn(lookWait);
  }

  #save(): void {
    this.#saving.clear();
    this.#parts.checkpoints.setCheckpoint(name, this.#pending.saved);
  }

  async #look(): Promise<void> {
    await this.#find();
    const due = this.#pending.due().slice(0, mostLooked);
    for (const one of due) {
      if (!this.#isRunning) return;
      await this.#judge(one);
    }
  }

  /** Finds the files of calls that nobody saw: each folder is read once for all of them. */
  async #find(): Promise<void> {
    const found = this.#found.splice(0);
    if (found.length === 0) return;
    const recorded = await findRecordings(this.#parts.monitorDir(), found, () => this.#isRunning);
    found.forEach(({ callId, agents, at }, index) => {
      const { path = '' } = recorded[index] ?? {};
      if (path === '') return;
      const file = recordingFile(path, this.#parts.monitorDir());
      this.#pending.found({ file, callId, clientUserId: '', agents, from: at, to: 0 });
    });
    this.#save();
  }

  async #judge(one: PendingRecording): Promise<void> {
    const { clock, log, monitorDir } = this.#parts;
    const own = recordingFile(one.file, monitorDir());
    const key = `${one.callId} ${one.file}`;
    const watch = this.#watches.get(key) ?? new FileWatch(clock.monotonic());
    this.#watches.set(key, watch);
    const verdict = watch.look(await presentOf(own), own, clock.monotonic());
    if (verdict.is === 'waiting') return;
    if (verdict.is === 'absent') {
      log.info(`recording ${one.file} of call ${one.callId}: there is no such file`);
    } else {
      const { file } = verdict;
      const sound = await readSound(file);
      if (sound === undefined || (!verdict.isSure && sound.isClosed !== true)) return;
      if (!sound.isEmpty) this.#tell(one, file, sound);
    }
    this.#watches.delete(key);
    this.#pending.done(one);
    this.#save();
  }

  #tell({ callId, clientUserId, agents, from, to = 0 }: PendingRecording, file: Present, { ms }: Sound): void {
    this.#parts.onComplete({
      type: 'recording-complete',
      recording: {
        ...{ callId, clientUserId, agents, from },
        file: file.path,
        to: Math.max(from, to === 0 ? file.modified : to),
        size: file.size,
        ms,
      },
    });
  }
}

/** The file itself, and others of its name that a command may have made of it. */
async function presentOf(own: string): Promise<Present[]> {
  const { dir, name: stem } = parse(own);
  const paths = new Set([own, ...endings.map((ending) => `${dir}/${stem}${ending}`)]);
  const looked = await Promise.all([...paths].map(presentAt));
  return looked.filter((one) => one !== undefined);
}

async function presentAt(path: string): Promise<Present | undefined> {
  try {
    const found = await stat(path);
    return found.isFile() ? { path, size: found.size, modified: found.mtimeMs } : undefined;
  } catch {
    // Not there, or not readable: it does not count.
    return undefined;
  }
}

/** `undefined`: it went meanwhile. */
async function readSound({ path, size }: Present): Promise<Sound | undefined> {
  let handle;
  try {
    handle = await open(path);
    const head = Buffer.alloc(headBytes);
    const { bytesRead } = await handle.read(head, 0, headBytes, 0);
    return soundOf(path, size, head.subarray(0, bytesRead));
  } catch {
    return undefined;
  } finally {
    await handle?.close();
  }
}
