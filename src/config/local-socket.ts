import { join } from 'node:path';

/** The default of `data_dir`, and the folder that the service's RuntimeDirectory makes beside it. */
const usualData = '/var/lib/coocenter-api';
const usualFolder = '/run/coocenter-api';

/**
 * The Unix socket by which the commands of this machine reach the daemon, and its mode:
 * `/run/coocenter-api/api.sock` with the usual `data_dir`, for the user and the group of the daemon; `api.sock` in any
 * other, for its user only. Daemon and commands find it by the configuration alone.
 */
export function localSocketOf({ dataDir }: { readonly dataDir: string }): {
  readonly path: string;
  readonly mode: number;
} {
  if (join(dataDir, '.') === usualData) return { path: join(usualFolder, 'api.sock'), mode: 0o660 };
  return { path: join(dataDir, 'api.sock'), mode: 0o600 };
}
