import { posix } from 'node:path';
import { encodeRecordingPath, recordingFile } from '../system/recording-path.ts';

/**
 * A recording as `GET monitor/${filePath}` takes it (contract §4.14): its path below the recording folder, which relative
 * names start from. A file elsewhere is given by its bare name, so that a person can find it.
 */
export function filePathOf(recording: string, monitorDir: string): string {
  return urlPathOf(recordingNameOf(recording, monitorDir) ?? posix.basename(recordingFile(recording, monitorDir)));
}

/** A recording's path below the recording folder, as it is on the disk; `undefined` for a file elsewhere. */
export function recordingNameOf(recording: string, monitorDir: string): string | undefined {
  const folder = `${posix.normalize(monitorDir).replace(/\/+$/, '')}/`;
  const file = recordingFile(recording, monitorDir);
  return file.startsWith(folder) ? file.slice(folder.length) : undefined;
}

/**
 * A path on the disk for a URL: control characters and characters with a meaning in URLs are percent-encoded, since a
 * caller's name may contain them.
 */
export function urlPathOf(name: string): string {
  return encodeRecordingPath(name);
}
