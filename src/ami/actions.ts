/** Actions that answer with a list of events, ended by one with `EventList: Complete`. */
const lists = [
  'CoreShowChannels',
  'DBGetTree',
  'ExtensionStateList',
  'PJSIPShowAors',
  'PJSIPShowContacts',
  'PJSIPShowEndpoints',
  'QueueStatus',
  'SIPpeers',
] as const;

const singles = [
  'AbsoluteTimeout',
  'DBDel',
  'DBPut',
  'Getvar',
  'Hangup',
  'Originate',
  'Ping',
  'QueueAdd',
  'QueuePause',
  'QueueRemove',
  'Redirect',
] as const;

/** What `coocenter-api check` asks, on a connection of its own; not for the daemon. */
const checks = ['CoreSettings', 'GetConfig', 'ListCommands'] as const;

/** What the connection itself says; not for its users. */
const own = ['Filter', 'Login', 'Logoff'] as const;

export type ListActionName = (typeof lists)[number];

/** What may be asked of Asterisk: all of it. An action that is not here cannot be sent (never `Command`). */
export type ActionName = ListActionName | (typeof singles)[number];

/** Every action that can be encoded. */
export type AnyActionName = ActionName | (typeof checks)[number] | (typeof own)[number];

const allowed: ReadonlySet<string> = new Set([...lists, ...singles, ...checks, ...own]);
const forUsers: ReadonlySet<string> = new Set([...lists, ...singles]);

/** Whether the name is on the allow-list, exactly as it is spelled there. */
export function isAllowed(name: string): name is AnyActionName {
  return allowed.has(name);
}

/** The files of Asterisk that GetConfig may read, one section at a time: others hold passwords of phones. */
export const readableFiles: ReadonlySet<string> = new Set(['cdr.conf', 'cdr_manager.conf', 'manager.conf']);

/** Whether it is for the users of a connection: neither Login nor Logoff, nor what only `check` asks. */
export function isForUsers(name: string): name is ActionName {
  return forUsers.has(name);
}
