import type { Config } from './config.ts';

/** Asterisk's own logs. */
export interface LogPaths {
  /** Files of call detail records, of which the first that is there is read. */
  readonly cdrFiles: readonly string[];
  readonly queueLog: string;
}

/** Where Asterisk writes call detail records: as the dialplan kit says, with linkedid, and as stock Asterisk does. */
const usualCdrFiles = ['/var/log/asterisk/cdr-custom/coocenter.csv', '/var/log/asterisk/cdr-csv/Master.csv'];

/** The logs that a configuration means (`[asterisk]`). */
export function logPathsOf({ asterisk }: Pick<Config, 'asterisk'>): LogPaths {
  const { cdrFile, queueLog } = asterisk;
  return { cdrFiles: cdrFile === '' ? usualCdrFiles : [cdrFile], queueLog };
}
