import { join } from 'node:path';

/** The folder of the dialplan kit. */
export const kitDir = join(import.meta.dirname, '../../etc/asterisk');

/** The account of the daemon on the manager interface, as a real box gets it. */
export const accountFile = join(import.meta.dirname, '../../packaging/manager.d/coocenter-api.conf');

/** The line by which one of Asterisk's own files takes a file of the kit, or any other by its full path. */
export function included(file: string): string {
  // Asterisk reads a relative name from its own folder.
  return `#include "${file.startsWith('/') ? file : join(kitDir, file)}"\n`;
}
