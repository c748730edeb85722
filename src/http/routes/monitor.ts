import { extname } from 'node:path';
import { failure, type Answer } from '../answer.ts';
import { HttpError } from '../http-error.ts';
import { parseRange } from '../range.ts';
import { Budget, type Claim } from '../budget.ts';
import { requireOwnRecording, type IsRecordingOf } from '../own-recording.ts';
import { namesOf, openRecording, type RecordingFile } from '../recording.ts';
import { route, type Request, type Route } from '../route.ts';

/** What these routes need. */
export interface MonitorDeps {
  /** Folder of the recordings, `monitor_dir`. */
  readonly folder: () => string;
  readonly isRecordingOf: IsRecordingOf;
  /** Recordings sent at once. Each takes some 100 KB while its client does not read. */
  readonly mostRecordings?: number;
  /** Milliseconds without reading after which one may make room for another. */
  readonly idleTime?: number;
}

/** Bytes read from a recording at once. */
const piece = 32 * 1024;

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

/** The recordings (contract §4.14). */
export function monitorRoutes(deps: MonitorDeps): Route[] {
  const { mostRecordings = 32, idleTime = 1_000 } = deps;
  const sending = new Budget({ most: mostRecordings, idle: idleTime });
  return [
    route({
      methods: ['GET'],
      path: '/coocenter-api/monitor/*',
      role: 'agent',
      ticket: 'recording',
      summary: 'A recording; its path is what recordfile (cdr) or filePath (cc_cdr) carried',
      answer: () => [
        { description: 'The recording, of the type that its name says', type: 'audio/*' },
        { status: 206, description: 'The part of it that Range asks for', type: 'audio/*' },
        { status: 304, description: 'It is as the client has it', type: '' },
      ],
      refuses: {
        403: [
          'an agent may have recordings of calls of extension 801 only',
          'the recording has a second name elsewhere, and is not of who owns the folder',
        ],
        404: ['no such recording'],
        416: ['the recording has 12345 bytes'],
        503: ['32 recordings are being sent already'],
      },
      async handle(_values, request) {
        const { remote, cut } = request;
        const claim = sending.take({ remote, size: 1, cut });
        if (claim === undefined) {
          throw new HttpError(503, `${mostRecordings} recordings are being sent already`, { 'Retry-After': '1' });
        }
        try {
          return held(await openAnswer(deps, request), claim);
        } catch (error) {
          claim.release();
          throw error;
        }
      },
    }),
  ];
}

/** The answer, which keeps its claim until the recording is sent. */
function held(answer: Answer, { progressed, release }: Claim): Answer {
  if (answer.stream === undefined) {
    release();
    return answer;
  }
  answer.stream.once('close', release);
  return { ...answer, onProgress: progressed };
}

async function openAnswer({ folder, isRecordingOf }: MonitorDeps, request: Request): Promise<Answer> {
  const names = await requireOwnRecording(isRecordingOf, request.identity, namesOf(request.rest));
  const recording = await openRecording(folder(), names);
  if (recording === undefined) throw new HttpError(404, 'no such recording');
  const answer = answerOf(recording, request);
  if (answer.stream === undefined) await recording.handle.close();
  return answer;
}

function answerOf({ handle, size, modified }: RecordingFile, { headers, rest }: Request): Answer {
  const etag = `"${size.toString(16)}-${modified.getTime().toString(16)}"`;
  const lastModified = modified.toUTCString();
  const common = {
    ETag: etag,
    'Last-Modified': lastModified,
    'Accept-Ranges': 'bytes',
    'Cache-Control': 'private, no-cache',
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
      'Content-Type': types[extname(rest).toLowerCase()] ?? 'application/octet-stream',
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
