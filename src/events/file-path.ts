import { posix } from 'node:path';
import { encodeRecordingPath } from '../system/recording-path.ts';

/** The name given to MixMonitor → the file's name on disk (main/file.c, app_mixmonitor.c). */
function onDisk(file: string): string {
  const { ext } = posix.parse(file);
  if (ext === '') return `${file}.raw`;
  return ext === '.wav49' ? `${file.slice(0, -ext.length)}.WAV` : file;
}

/**
 * A recording as `GET monitor/${filePath}` takes it (contract §4.14): its path below the recording folder, which relative
 * names start from. A file elsewhere is given by its bare name, so that a person can find it.
 */
export function filePathOf(recording: string, monitorDir: string): string {
  return urlPathOf(recordingNameOf(recording, monitorDir) ?? posix.basename(onDisk(recording)));
}

/** A recording's path below the recording folder, as it is on the disk; `undefined` for a file elsewhere. */
export function recordingNameOf(recording: string, monitorDir: string): string | undefined {
  const folder = `${posix.normalize(monitorDir).replace(/\/+$/, '')}/`;
  const file = posix.resolve(folder, onDisk(recording));
  return file.startsWith(folder) ? file.slice(folder.length) : undefined;
}

/**
 * A path on the disk for a URL: control characters and characters with a meaning in URLs are percent-encoded, since a
 * caller's name may contain them.
 */
export function urlPathOf(name: string): string {
  return encodeRecordingPath(name);
}
