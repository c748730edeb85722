import type { Plural } from './plural.ts';

/** English, the language that says which texts there are. `{name}` is filled in. */
export const en = {
  // Every page
  'app.name': 'coocenter',
  'format.hours': '{h} h {m} min',
  'format.days': '{d} d {h} h',
  'dialog.close': 'Close',
  'list.none': 'Nothing found',
  'list.found': { one: '{n} found', other: '{n} found' },
  'keys.title': 'Keys',
  'keys.map': 'Show the keys',
  'preferences.title': 'Language and theme',
  'preferences.language': 'Language',
  'preferences.languageAuto': 'As the browser',
  'preferences.theme': 'Theme',
  'preferences.themeAuto': 'As the system',
  'preferences.themeLight': 'Light',
  'preferences.themeDark': 'Dark',
  'preferences.signOut': 'Sign out',

  // Signing in
  'signIn.title': 'Sign in',
  'signIn.name': 'Name',
  'signIn.password': 'Password',
  'signIn.go': 'Sign in',
  'signIn.wrong': 'Name or password is wrong.',
  'signIn.over': 'Your session is over. Sign in again.',
  'signIn.ticket': 'The ticket of the calling page is not valid any more. Sign in here, or open the page anew.',
  'signIn.identifying': 'Asking the box who you are …',
  'signIn.wrongRole': '{name} is signed in as {role}, who has no business here. Sign out, and in as somebody else.',

  // What came of an action
  'outcome.sent': 'sent …',
  'outcome.done': 'done',
  'outcome.unreachable': 'The box does not answer.',
  'outcome.signedOut': 'Your session is over.',
  'outcome.refused': 'The box refuses.',

  // How things stand with the box
  'link.connecting': 'Connecting to the box …',
  'link.boxAway': 'The box has been away since {time}. Next try in {wait}.',
  'link.boxTrying': 'The box has been away since {time}. Trying now …',
  'link.asteriskAway': 'Asterisk has been away since {time}. The box keeps trying, and this page follows by itself.',
  'link.refused': 'The box has not let this page listen since {time}: {message} Next try in {wait}.',

  // States
  'state.idle': 'ready',
  'state.ringing': 'ringing',
  'state.talking': 'talking',
  'state.hold': 'on hold',
  'state.paused': 'paused',
  'state.wrapup': 'wrap-up',
  'state.unreachable': 'unreachable',
  'state.trouble': 'trouble',

  // The wallboard
  'board.title': 'Queues today',
  'board.age': 'updated {age} ago',
  'board.noQueues': 'This box has no queue that you may see. Name queues in the address: ?queues=630,631',
  'board.wrong': 'The address says what no board understands: {what}',
  'board.watch': 'watch',
  'board.act': 'act now',
  'board.waiting': 'Waiting',
  'board.longest': 'Longest wait',
  'board.ready': 'Ready',
  'board.busy': 'Busy',
  'board.paused': 'Paused',
  'board.agents': 'Logged in',
  'board.offered': 'Offered',
  'board.answered': 'Answered',
  'board.lost': 'Lost',
  'board.sl': 'Service level',
  'board.average': 'Average wait',

  // Roles
  'role.wallboard': 'a wallboard',
  'role.agent': 'an agent',
  'role.supervisor': 'a supervisor',
  'role.admin': 'an admin',
} as const satisfies Readonly<Record<string, string | Plural>>;
