/**
 * Who may use a request. `open`: everybody; `signed`: whoever has its signed link; `screen`: all who have signed in;
 * `wallboard`: screens only; `any`: all people; `figures`: screens those of queues, agents their own; `own`: agents for
 * their own extension only; `own recordings`: agents those of their own calls; the roles: these and above.
 */
export type Use =
  'open' | 'signed' | 'screen' | 'wallboard' | 'figures' | 'any' | 'own' | 'own recordings' | 'supervisor' | 'admin';

/** How docs/api.md says it. */
export const saidOf: Readonly<Record<Use, string>> = {
  open: 'everybody',
  signed: 'whoever has the link',
  screen: 'all who have signed in',
  wallboard: 'wallboards',
  figures: 'wallboards of queues; agents their own; supervisors, admins',
  any: 'agents, supervisors, admins',
  own: 'agents for their own extension; supervisors, admins',
  'own recordings': 'agents those of their own calls; supervisors, admins',
  supervisor: 'supervisors, admins',
  admin: 'admins',
};

/** Who may use each request: below `/coocenter-api/`, unless the path begins with `/`. A route of which it does not tell fails. */
export const matrix: Readonly<Record<string, Use>> = {
  'local/login': 'open',
  session: 'screen',
  'session/ticket': 'screen',
  'session/enter': 'open',
  'session/renew': 'wallboard',
  'extensions/current-calls': 'any',
  'extensions/extension-status': 'any',
  'extensions/extension-hints-status': 'any',
  'extensions/click-number': 'own',
  'extensions/hangup': 'own',
  'extensions/transfer': 'own',
  'extensions/extenSpy': 'supervisor',
  'plugin-asterisk/extension/extension-status': 'any',
  'plugin-asterisk/extension/extension-hints-status': 'any',
  'plugin-asterisk/extension/current-calls': 'any',
  'plugin-asterisk/extension/click-number': 'own',
  'plugin-asterisk/extension/click-intercom': 'own',
  'plugin-asterisk/extension/transfer': 'own',
  'plugin-asterisk/extension/hangup': 'own',
  'plugin-asterisk/extension/clear': 'supervisor',
  'plugin-asterisk/extension/extension-spy': 'supervisor',
  'plugin-asterisk/extension/extension-whisper': 'supervisor',
  'plugin-asterisk/extension/extension-barge-in': 'supervisor',
  'plugin-asterisk/conference/conf-list': 'supervisor',
  'plugin-asterisk/conference/conf-info': 'supervisor',
  'plugin-asterisk/conference/join-conf': 'own',
  'plugin-asterisk/conference/mute-user': 'supervisor',
  'plugin-asterisk/conference/unmute-user': 'supervisor',
  'plugin-asterisk/conference/kick-user': 'supervisor',
  'plugin-asterisk/conference/lock-conf': 'supervisor',
  'plugin-asterisk/conference/unlock-conf': 'supervisor',
  'plugin-asterisk/paging/click-paging': 'own',
  'queues/queue-info': 'any',
  'queues/agent-pause': 'own',
  'queues/agent-login': 'own',
  'queues/agent-logout': 'own',
  'queues/transfer': 'supervisor',
  codes: 'any',
  'calls/disposition': 'own',
  'missed-calls': 'any',
  'missed-calls/claim': 'own',
  'missed-calls/close': 'own',
  'missed-calls/reopen': 'own',
  'blacklist/index': 'admin',
  'blacklist/create': 'admin',
  'blacklist/delete': 'admin',
  'monitor/*': 'own recordings',
  'recordings/link': 'own recordings',
  'recordings/play/*': 'signed',
  'recordings/access': 'supervisor',
  records: 'any',
  'records/search': 'own',
  deliveries: 'admin',
  'deliveries/replay': 'admin',
  statistics: 'figures',
  status: 'admin',
  users: 'admin',
  stream: 'screen',
  'systeminfo/ping': 'any',
  'systeminfo/system-info': 'supervisor',
  'systeminfo/handle-info': 'supervisor',
  'openapi.json': 'open',
  '/metrics': 'supervisor',
  '/ready': 'open',
  '/health': 'open',
  '/docs': 'open',
  '/docs/*': 'open',
  '/': 'open',
  '/wallboard': 'open',
  '/toolbar': 'open',
  '/assets/*': 'open',
  pages: 'screen',
};

/** The name of a path in `matrix`. */
export function inMatrix(path: string): string {
  return path.replace(/^\/coocenter-api\//, '');
}
