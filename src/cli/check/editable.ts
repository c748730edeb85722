import { existsSync } from 'node:fs';
import type { Preset } from '../../config/config.ts';

/** The file by which the manager interface of FreePBX and Issabel is added to; nobody else has one. */
const custom = '/etc/asterisk/manager_custom.conf';

/**
 * What FreePBX and Issabel leave to administrators, in place of the files that their web pages write anew: each
 * includes the other. `cdr_manager.conf` and `cdr.conf` they leave alone.
 */
const inPlaceOf: readonly (readonly [RegExp, string])[] = [
  [/\[general\] of manager\.conf\b/g, '[general](+) of manager_custom.conf'],
  [/\bmanager\.conf\b/g, 'manager_custom.conf'],
  [/\[general\] of logger\.conf\b/g, 'logger_general_custom.conf'],
  [/\bextensions\.conf, in the context of the phones\b/g, 'extensions_custom.conf, in [from-internal-custom]'],
  [/\bextensions\.conf\b/g, 'extensions_custom.conf'],
];

/** Whether this box has a distribution that writes Asterisk's files anew. */
export function isGenerated(preset: Preset, there: (file: string) => boolean = existsSync): boolean {
  return preset !== 'coocenter' || there(custom);
}

/** What mends something, with the files that may be edited on such a distribution. */
export function inEditableFiles(mend: string): string {
  return inPlaceOf.reduce((text, [file, other]) => text.replace(file, other), mend);
}
