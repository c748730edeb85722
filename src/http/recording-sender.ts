import { extname } from 'node:path';
import type { Listener, NoteAccess } from '../store/access.ts';
import { encodeRecordingPath } from '../system/recording-path.ts';
import type { AnswerDoc, Refusals } from './answer-doc.ts';
import { failure, type Answer } from './answer.ts';
import { Budget, type Claim } from './budget.ts';
import { attachment } from './content-disposition.ts';
import { HttpError } from './http-error.ts';
import { parseRange } from './range.ts';
import { noSuchRecording, type RecordingFile } from './recording.ts';
import type { Request } from './route.ts';

/** What a RecordingSender needs. */
export interface RecordingSenderDeps {
  /** Told of everybody who gets a recording. */
  readonly noteAccess: NoteAccess;
  /** Recordings sent at once. Each takes some 100 KB while its client does not read. */
  readonly mostRecordings?: number;
  /** Milliseconds without reading after which one may make room for another. */
  readonly idleTime?: number;
}

/** One recording for one client. */
export interface Delivery {
  readonly open: () => Promise<RecordingFile | undefined>;
  readonly request: Request;
  /** Who hears it, and by what they were let in. */
  readonly listener: Listener;
  /** To be saved as a file, rather than played. */
  readonly isDownload?: boolean;
}

/** Bytes read from a recording at once. */
const piece = 32 * 1024;

/** What it answers, for the documentation. */
export function sentAnswers(): readonly AnswerDoc[] {
  return [
    { description: 'The recording, of the type that its name says', type: 'audio/*' },
    { status: 206, description: 'The part of it that Range asks for', type: 'audio/*' },
    { status: 304, description: 'It is as the client has it', type: '' },
  ];
}

/** What it refuses, besides what opening the recording does. */
export const notSent: Refusals = {
  416: ['the recording has 12345 bytes'],
  503: ['32 recordings are being sent already'],
};

/** The formats that MixMonitor and Monitor write. */
const types: Readonly<Record<string, string>> = {
  '.wav': 'audio/wav',
  '.wav49': 'audio/wav',
  '.mp3': 'audio/mpeg',
  '.gsm': 'audio/x-gsm',
  '.ogg': 'audio/ogg',
  '.opus': 'audio/ogg',
  '.flac': 'audio/flac',
  '.au': 'audio/basic',
  '.m4a': 'audio/mp4',
  '.webm': 'audio/webm',
};

/** Sends recordings: whole, in parts, or not at all where the client has it already. Every delivery is noted. */
export class RecordingSender {
  readonly #deps: RecordingSenderDeps;
  readonly #sending: Budget;
  readonly #most: number;

  constructor(deps: RecordingSenderDeps) {
    const { mostRecordings = 32, idleTime = 1_000 } = deps;
    this.#deps = deps;
    this.#most = mostRecordings;
    this.#sending = new Budget({ most: mostRecordings, idle: idleTime });
  }

  /**
   * The answer to a request for a recording.
   * @throws {HttpError} 404 when it is not there, 503 while too many are sent
   */
  async answer(delivery: Delivery): Promise<Answer> {
    const { remote, cut } = delivery.request;
    const claim = this.#sending.take({ remote, size: 1, cut });
    if (claim === undefined) {
      throw new HttpError(503, `${this.#most} recordings are being sent already`, { 'Retry-After': '1' });
    }
    try {
      const recording = await delivery.open();
      if (recording === undefined) throw noSuchRecording();
      const answer = answerOf(recording, delivery);
      if (answer.stream === undefined) await recording.handle.close();
      return held(this.#noted(recording, delivery, answer), claim);
    } catch (error) {
      claim.release();
      throw error;
    }
  }

  /** HEAD tells nothing of what was said; what a client has already it hears again. */
  #noted({ name }: RecordingFile, { request, listener }: Delivery, answer: Answer): Answer {
    if (request.method === 'HEAD' || (answer.stream === undefined && answer.status !== 304)) return answer;
    const access = this.#deps.noteAccess({ ...listener, path: encodeRecordingPath(name) });
    if (answer.stream === undefined) {
      access.sent(0);
      return answer;
    }
    let sent = 0;
    answer.stream.once('close', () => {
      access.sent(sent);
    });
    return {
      ...answer,
      onProgress: (bytes: number) => {
        sent += bytes;
      },
    };
  }
}

/** The answer, which keeps its claim until the recording is sent. */
function held(answer: Answer, { progressed, release }: Claim): Answer {
  if (answer.stream === undefined) {
    release();
    return answer;
  }
  answer.stream.once('close', release);
  return {
    ...answer,
    onProgress: (bytes: number) => {
      progressed();
      answer.onProgress?.(bytes);
    },
  };
}

function answerOf({ handle, name, size, modified }: RecordingFile, { request, isDownload }: Delivery): Answer {
  const { headers } = request;
  const etag = `"${size.toString(16)}-${modified.getTime().toString(16)}"`;
  const lastModified = modified.toUTCString();
  const common = {
    ETag: etag,
    'Last-Modified': lastModified,
    'Accept-Ranges': 'bytes',
    'Cache-Control': 'private, no-cache',
    'Referrer-Policy': 'no-referrer',
    ...(isDownload === true ? { 'Content-Disposition': attachment(name) } : {}),
  };
  if (isFresh(headers['if-none-match'], headers['if-modified-since'], etag, modified)) {
    return { status: 304, headers: common };
  }
  // If-Range of another version: the whole file.
  const same = [undefined, etag, lastModified].includes(headers['if-range']?.toString());
  const range = parseRange(same ? headers.range : undefined, size);
  if (range === 'none') {
    return failure(416, `the recording has ${size} bytes`, { ...common, 'Content-Range': `bytes */${size}` });
  }
  const { start, end } = range === 'all' ? { start: 0, end: size - 1 } : range;
  return {
    status: range === 'all' ? 200 : 206,
    headers: {
      ...common,
      'Content-Type': types[extname(name).toLowerCase()] ?? 'application/octet-stream',
      'Content-Length': String(end - start + 1),
      ...(range === 'all' ? {} : { 'Content-Range': `bytes ${start}-${end}/${size}` }),
    },
    // The length is sent first: what is recorded meanwhile is left out. `end` of an empty file would be -1.
    stream: handle.createReadStream({ start, end: Math.max(end, 0), highWaterMark: piece }),
  };
}

/** RFC 9110 §13.1: the tag decides when it is given, else the date, in whole seconds. */
function isFresh(
  noneMatch: string | undefined,
  modifiedSince: string | undefined,
  etag: string,
  modified: Date,
): boolean {
  if (noneMatch !== undefined) {
    return noneMatch.split(',').some((tag) => ['*', etag].includes(tag.trim().replace(/^W\//, '')));
  }
  const since = Date.parse(modifiedSince ?? '');
  return Math.floor(modified.getTime() / 1000) * 1000 <= since;
}
