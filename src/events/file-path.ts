import { posix } from 'node:path';

/** A name as MixMonitor was given → as the file is called on disk (main/file.c, app_mixmonitor.c). */
function onDisk(file: string): string {
  const { ext } = posix.parse(file);
  if (ext === '') return `${file}.raw`;
  return ext === '.wav49' ? `${file.slice(0, -ext.length)}.WAV` : file;
}

/**
 * A recording as `GET monitor/${filePath}` takes it (contract §4.14): its path below the recording folder, which a
 * relative name is meant from; of a file that lies elsewhere the bare name, so that a person finds it at least. What means
 * something else in a URL, and control characters, are percent-encoded: a caller's name may bring them in.
 */
export function filePathOf(recording: string, monitorDir: string): string {
  const folder = `${posix.normalize(monitorDir).replace(/\/+$/, '')}/`;
  const file = posix.resolve(folder, onDisk(recording));
  const path = file.startsWith(folder) ? file.slice(folder.length) : posix.basename(file);
  return path.replaceAll(/[\p{Cc}%?#\\]/gu, encodeURIComponent);
}
