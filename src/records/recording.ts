import { posix } from 'node:path';

/**
 * A recording as `GET monitor/${filePath}` takes it (contract §4.14): its path below the recording folder; of a file
 * that lies elsewhere the bare name, so that a person finds it at least.
 */
export function filePathOf(recording: string, monitorDir: string): string {
  const file = posix.normalize(recording);
  const folder = `${posix.normalize(monitorDir).replace(/\/+$/, '')}/`;
  return file.startsWith(folder) ? file.slice(folder.length) : posix.basename(file);
}
