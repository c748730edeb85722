import { posix } from 'node:path';

/** The name given to MixMonitor → the file's name on disk (main/file.c, app_mixmonitor.c). */
function onDisk(file: string): string {
  const { ext } = posix.parse(file);
  if (ext === '') return `${file}.raw`;
  return ext === '.wav49' ? `${file.slice(0, -ext.length)}.WAV` : file;
}

/**
 * A recording as `GET monitor/${filePath}` takes it (contract §4.14): its path below the recording folder, which relative
 * names start from. A file elsewhere is given by its bare name, so that a person can find it. Control characters and
 * characters with a meaning in URLs are percent-encoded: a caller's name may contain them.
 */
export function filePathOf(recording: string, monitorDir: string): string {
  const folder = `${posix.normalize(monitorDir).replace(/\/+$/, '')}/`;
  const file = posix.resolve(folder, onDisk(recording));
  const path = file.startsWith(folder) ? file.slice(folder.length) : posix.basename(file);
  return path.replaceAll(/[\p{Cc}%?#\\]/gu, encodeURIComponent);
}
