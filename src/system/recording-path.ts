import { posix } from 'node:path';

/** The name given to MixMonitor → the file's name on disk (main/file.c, app_mixmonitor.c). */
function onDisk(file: string): string {
  const { ext } = posix.parse(file);
  if (ext === '') return `${file}.raw`;
  return ext === '.wav49' ? `${file.slice(0, -ext.length)}.WAV` : file;
}

/** Where a recording is on the disk, by the name given to MixMonitor: relative ones start from the recording folder. */
export function recordingFile(file: string, monitorDir: string): string {
  return posix.resolve(monitorDir, onDisk(file));
}

/**
 * A recording's path below `monitor_dir` as events carry it (contract §4.14): control characters and characters with a
 * meaning in URLs are percent-encoded, since a caller's name may contain them.
 */
export function encodeRecordingPath(path: string): string {
  return path.replaceAll(/[\p{Cc}%?#\\]/gu, encodeURIComponent);
}
