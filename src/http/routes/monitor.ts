import { together } from '../answer-doc.ts';
import { listenerOf } from '../listener.ts';
import { onlyOwnRecordings, requireOwnRecording, type IsRecordingOf } from '../own-recording.ts';
import { namesOf, notOpened, openRecording } from '../recording.ts';
import { notSent, sentAnswers, type RecordingSender } from '../recording-sender.ts';
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
      answer: sentAnswers,
      refuses: together(onlyOwnRecordings, notOpened, notSent),
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
