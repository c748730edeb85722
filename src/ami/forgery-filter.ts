/** What Asterisk puts before the names of a channel's fields, to say which channel of the event they are about. */
const prefixes = [
  '',
  'Dest',
  'Transferer',
  'Transferee',
  'OrigTransferer',
  'SecondTransferer',
  'TransferTarget',
  'Parkee',
];

/**
 * What Asterisk is told not to send on our connection, by `Filter` (main/manager.c): an event that has a second `Event:`
 * between two ends of the same channel's fields. A caller wrote what stands between them: whole events that look like
 * Asterisk's own, since chan_sip takes a number of any length. Shorter forgeries are not filtered: the decoder finds them,
 * and the call is still recorded. This is a POSIX extended regular expression; an action's header has at most 1,024
 * characters.
 */
export const forgedEventsFilter = `![[:cntrl:]](${prefixes
  .map((prefix) => `${prefix}Linkedid: .*[[:cntrl:]]Event: .*[[:cntrl:]]${prefix}Linkedid: `)
  .join('|')})`;
