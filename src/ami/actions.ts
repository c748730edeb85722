/** Actions that answer with a list of events, ended by one with `EventList: Complete`. */
const lists = [
  'ConfbridgeList',
  'ConfbridgeListRooms',
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
  'ConfbridgeKick',
  'ConfbridgeLock',
  'ConfbridgeMute',
  'ConfbridgeUnlock',
  'ConfbridgeUnmute',
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

/** For `coocenter-api check` only, which has its own connection. */
const checks = ['CoreSettings', 'GetConfig', 'ListCommands'] as const;

/** For the connection itself only. */
const own = ['Filter', 'Login', 'Logoff'] as const;

export type ListActionName = (typeof lists)[number];

/** All that may be asked of Asterisk. An action that is not here cannot be sent (`Command` never will be). */
export type ActionName = ListActionName | (typeof singles)[number];

/** Every action that can be encoded. */
export type AnyActionName = ActionName | (typeof checks)[number] | (typeof own)[number];

const allowed: ReadonlySet<string> = new Set([...lists, ...singles, ...checks, ...own]);
const forUsers: ReadonlySet<string> = new Set([...lists, ...singles]);

/** Whether the name is on the allow-list, spelled exactly so. */
export function isAllowed(name: string): name is AnyActionName {
  return allowed.has(name);
}

/** The files of Asterisk that GetConfig may read, one section at a time; other files hold phones' passwords. */
export const readableFiles: ReadonlySet<string> = new Set(['cdr.conf', 'cdr_manager.conf', 'manager.conf']);

/** Whether users of a connection may send it: neither Login nor Logoff, nor what only `check` asks. */
export function isForUsers(name: string): name is ActionName {
  return forUsers.has(name);
}
