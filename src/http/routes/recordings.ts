import type { StoredAccess } from '../../store/access.ts';
import type { AccessesWanted, Page } from '../../store/pull.ts';
import { localTime } from '../../system/local-time.ts';
import { is, type ValueOf } from '../../system/schema.ts';
import type { Accounts } from '../../users/accounts.ts';
import { roles } from '../../users/identity.ts';
import { succeeds, together } from '../answer-doc.ts';
import { success } from '../answer.ts';
import { HttpError } from '../http-error.ts';
import { listenerOf } from '../listener.ts';
import { integer, oneOf, optional, text } from '../params.ts';
import { formatLink, linkSeconds, playPath, readLink } from '../recording-link.ts';
import { notSent, sentAnswers, type RecordingSender } from '../recording-sender.ts';
import { onlyOwnRecordings, requireOwnRecording, type IsRecordingOf } from '../own-recording.ts';
import { namesOf, noSuchRecording, notOpened, openRecording } from '../recording.ts';
import { route, type Route } from '../route.ts';
import { cursor, limit } from './outbox-params.ts';

/** What these routes need. */
export interface RecordingsDeps {
  /** Folder of the recordings, `monitor_dir`. */
  readonly folder: () => string;
  readonly isRecordingOf: IsRecordingOf;
  readonly sender: RecordingSender;
  /** Has the key that links are signed with. */
  readonly accounts: Pick<Accounts, 'keyFor'>;
  readonly accesses: (wanted: AccessesWanted) => Promise<Page<StoredAccess>>;
}

const path = text('[^\\x00-\\x1f\\x7f]{1,500}', 'the path of a recording, 1 to 500 characters');

const notAsIssued = 'the link is not as it was issued';
const expired = 'the link has expired: ask for a new one';

const linkSchema = () =>
  is.object({
    url: is.text('path and query of the link; the host is the one that the request went to'),
    until: is.text('when it ends, in the time of the box'),
    seconds: is.integer('until it ends'),
  });
const linkSample: ValueOf<typeof linkSchema> = {
  url: '/coocenter-api/recordings/play/2026/11/28/q-630.wav?until=1795854056&by=agent%3Aanna&signature=kZ0…',
  until: '2026-11-28 20:20:56',
  seconds: 3600,
};

const accessSchema = () =>
  is.object({
    accesses: is.list(
      is.object({
        cursor: is.text('its place in the log'),
        id: is.pattern('^[0-9a-f]{16}$', 'of the playback: a later row of the same id replaces the earlier one'),
        path: is.text('the recording, as its record carried it'),
        name: is.text('who heard it; empty with the token of the day. With `link`: who asked for the link'),
        role: is.word(roles),
        means: is.word(
          ['token', 'ticket', 'link', 'socket', 'open'],
          'by what they were let in; `socket`: on the box itself; `open`: without a WEBKEY',
        ),
        remote: is.text('address of the client, or of the proxy in front of it'),
        forwardedFor: is.text('what the proxy says of its client; any client can write it too'),
        from: is.text('when it began, in the time of the box'),
        to: is.text('when the last of it was sent'),
        bytes: is.integer('that were sent'),
        requests: is.integer('that a player sent for it'),
      }),
    ),
    next: is.text('goes into `since` of the next request'),
    more: is.boolean('there is more at once'),
    reset: is.boolean('the cursor is not of this store: this is its first page'),
  });
const accessSample: ValueOf<typeof accessSchema> = {
  accesses: [
    {
      cursor: '3f9ac21b-18',
      id: '9b1f0c44a2d7e610',
      path: '2026/11/28/q-630.wav',
      name: 'anna',
      role: 'agent',
      means: 'link',
      remote: '192.168.12.44',
      forwardedFor: '',
      from: '2026-11-28 19:25:02',
      to: '2026-11-28 19:25:40',
      bytes: 412044,
      requests: 3,
    },
  ],
  next: '3f9ac21b-18',
  more: false,
  reset: false,
};

/** Links to recordings, and who heard which. */
export function recordingsRoutes({ folder, isRecordingOf, sender, accounts, accesses }: RecordingsDeps): Route[] {
  let key: Buffer | undefined;
  const linkKey = (): Buffer => (key ??= accounts.keyFor('recording link'));
  return [
    route({
      methods: ['GET'],
      path: '/coocenter-api/recordings/link',
      summary: 'A link to a recording that needs no token and ends by itself',
      access: 'ours',
      role: 'agent',
      params: { path, ttl: optional(integer(1, linkSeconds.most)) },
      meanings: {
        path: 'the recording: what recordfile or filePath carried',
        ttl: 'seconds until the link ends, 3600 without it',
      },
      answer: () => succeeds('link issued', linkSchema(), linkSample),
      refuses: together(onlyOwnRecordings, notOpened),
      async handle({ path: wanted, ttl = linkSeconds.usual }, { identity }) {
        const named = namesOf(wanted.replace(/^\/?coocenter-api\/monitor\/|^\//, ''));
        const names = await requireOwnRecording(isRecordingOf, identity, named);
        const recording = await openRecording(folder(), names);
        if (recording === undefined) throw noSuchRecording();
        await recording.handle.close();
        const until = Math.floor(Date.now() / 1000) + ttl;
        const url = formatLink(linkKey(), { name: recording.name, until, maker: identity });
        return success('link issued', { url, until: localTime(until * 1000), seconds: ttl });
      },
    }),
    route({
      methods: ['GET'],
      path: `${playPath}*`,
      summary: 'A recording, for who has a link to it',
      access: 'open',
      role: 'agent',
      params: {
        until: text('[0-9]{1,12}', 'as the link has it'),
        by: text('[^\\x00-\\x1f\\x7f]{1,80}', 'as the link has it'),
        signature: text('[\\w-]{43}', 'as the link has it'),
        download: optional(oneOf('1')),
      },
      meanings: {
        until: 'when the link ends, in seconds since 1970',
        by: 'who asked for the link',
        signature: 'proves that the link is as it was issued',
        download: 'with 1, browsers save the recording under its name',
      },
      answer: sentAnswers,
      refuses: together({ 403: [notAsIssued], 410: [expired] }, notOpened, notSent),
      handle({ download, ...query }, request) {
        const link = readLink(linkKey(), request.rest, query, Date.now());
        if (link === 'wrong') throw new HttpError(403, notAsIssued);
        if (link === 'over') throw new HttpError(410, expired);
        return sender.answer({
          open: () => openRecording(folder(), [link.name]),
          request,
          listener: listenerOf(request, link.maker),
          isDownload: download === '1',
        });
      },
    }),
    route({
      methods: ['GET'],
      path: '/coocenter-api/recordings/access',
      summary: 'Who heard which recording, since a cursor, in order',
      access: 'ours',
      role: 'supervisor',
      params: { since: cursor, limit, path: optional(path) },
      meanings: {
        since: '`next` of the answer that this one is to follow; without it, from the oldest',
        path: 'of this recording only: what recordfile or filePath carried',
        limit: 'rows in one answer, 100 without it',
      },
      answer: () => succeeds('Accesses will follow', accessSchema(), accessSample),
      refuses: { 503: ['the store fails: …'] },
      async handle({ since, limit: most = 100, path: of }) {
        const { items, ...place } = await accesses({ since, limit: most, path: of });
        const rows = items.map(({ cursor: at, id, path: heard, from, to, bytes, requests, ...listener }) => {
          const { name, role, means, remote, forwardedFor } = listener;
          const who = { name, role, means, remote, forwardedFor };
          return {
            ...{ cursor: at, id, path: heard, ...who },
            from: localTime(from),
            to: localTime(to),
            bytes,
            requests,
          };
        });
        return success('Accesses will follow', { accesses: rows, ...place });
      },
    }),
  ];
}
