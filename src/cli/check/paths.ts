/** Asterisk's own logs, where Debian has them; of the call detail records the first that is there is read. */
export const logPaths = {
  cdrFiles: ['/var/log/asterisk/cdr-custom/coocenter.csv', '/var/log/asterisk/cdr-csv/Master.csv'],
  queueLog: '/var/log/asterisk/queue_log',
} as const;
