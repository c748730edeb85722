import { listenerOf } from '../listener.ts';
import { requireOwnRecording, type IsRecordingOf } from '../own-recording.ts';
import { namesOf, openRecording } from '../recording.ts';
import type { RecordingSender } from '../recording-sender.ts';
import { route, type Route } from '../route.ts';

/** What this route needs. */
export interface MonitorDeps {
  /** Folder of the recordings, `monitor_dir`. */
  readonly folder: () => string;
  readonly isRecordingOf: IsRecordingOf;
  readonly sender: RecordingSender;
}

/** The recordings (contract §4.14). */
export function monitorRoutes({ folder, isRecordingOf, sender }: MonitorDeps): Route[] {
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
      handle: (_values, request) =>
        sender.answer({
          open: async () => {
            const names = await requireOwnRecording(isRecordingOf, request.identity, namesOf(request.rest));
            return openRecording(folder(), names);
          },
          request,
          listener: listenerOf(request),
        }),
    }),
  ];
}
