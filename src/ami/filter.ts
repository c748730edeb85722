/** Which channel of an event a field is about: what Asterisk puts before the names of that channel's fields. */
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
 * What Asterisk is told not to send on our connection, for `Filter` (main/manager.c): an event with a second `Event:` in
 * it that stands between two endings of the same channel. A caller wrote what stands between them, and it is whole events
 * that cannot be told from Asterisk's own: chan_sip takes a number of any length. Shorter numbers are not filtered, for
 * the decoder finds them and the call is recorded all the same. A POSIX extended regular expression; a header of an
 * action has at most 1,024 characters.
 */
export const wholeEventsWithin = `![[:cntrl:]](${prefixes
  .map((prefix) => `${prefix}Linkedid: .*[[:cntrl:]]Event: .*[[:cntrl:]]${prefix}Linkedid: `)
  .join('|')})`;
