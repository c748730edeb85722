import fc from 'fast-check';
import t from 'tap';
import { nameIn, textOf, unescaped } from '../../src/picture/escapes.ts';
import { Picture } from '../../src/picture/picture.ts';
import { currentCalls } from '../../src/http/routes/live.ts';
import { channel, event, none, settings } from './messages.ts';

/** Escapes as ast_escape_c does (main/utils.c). */
const escaped = (text: string): string =>
  text.replaceAll(/[\p{Cc}\\'"?]/gu, (found) => {
    const at = '\x07\b\f\n\r\t\v'.indexOf(found);
    if (at >= 0) return `\\${'abfnrtv'.charAt(at)}`;
    return /\p{Cc}/u.test(found) ? found : `\\${found}`;
  });

void t.test('any text that Asterisk escaped is as it was before', (t) => {
  for (const [told, name] of [
    [String.raw`O\'Brien \"Bob\" \\ \?`, String.raw`O'Brien "Bob" \ ?`],
    [String.raw`C:\\new`, String.raw`C:\new`],
    [String.raw`\\n`, String.raw`\n`],
    [String.raw`a\x`, String.raw`a\x`],
    ['a\\', 'a\\'],
    ['李四', '李四'],
  ] as const) {
    t.equal(unescaped(told), name, told);
  }
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => unescaped(escaped(text)) === text),
    { numRuns: 2_000 },
  );
  t.end();
});

void t.test('only names of channels and values of variables are escaped, as seen on Asterisk 16 and 22', (t) => {
  const told = String.raw`O\'Brien`;
  for (const [name, field] of [
    ...['Newchannel', 'NewCallerid', 'Hangup', 'BridgeEnter', 'CoreShowChannel'].map((name) => [name, 'CallerIDName']),
    ['NewConnectedLine', 'ConnectedLineName'],
    ['DialBegin', 'DestCallerIDName'],
    ['DialBegin', 'DestConnectedLineName'],
    ['AttendedTransfer', 'TransfereeCallerIDName'],
    ['VarSet', 'Value'],
  ] as [string, string][]) {
    t.equal(textOf(event(name, { [field]: told }), field), "O'Brien", `${name} ${field}`);
  }
  for (const [name, field] of [
    ['Cdr', 'CallerID'],
    ['Newexten', 'AppData'],
    ['Newchannel', 'CallerIDNum'],
    ['Newchannel', 'Exten'],
    ['QueueEntry', 'CallerIDName'],
    ['QueueMember', 'Name'],
    ['QueueMemberStatus', 'MemberName'],
    ['OriginateResponse', 'CallerIDName'],
    ['DialBegin', 'DialString'],
  ] as const) {
    t.equal(textOf(event(name, { [field]: told }), field), told, `${name} ${field} is not escaped`);
  }
  t.end();
});

void t.test('a control character that was escaped is not shown', (t) => {
  const name = nameIn(
    event('Newchannel', { CallerIDName: String.raw`Bob\r\nEvent: Cdr\a` + '\x1b[2J\x9b' }),
    'CallerIDName',
  );
  t.equal(name, 'BobEvent: Cdr[2J');
  t.equal(nameIn(event('Newchannel', { CallerIDName: '<unknown>' }), 'CallerIDName'), '');
  t.end();
});

void t.test('current-calls shows the name, told by an event or by a list', (t) => {
  const CallerIDName = String.raw`O\'Brien`;
  const told = new Picture(settings);
  told.apply(event('Newchannel', channel('SIP/trunk-1', '1', { CallerIDName })), 0);
  const listed = new Picture(settings);
  listed.resync({ ...none, channels: [event('CoreShowChannel', channel('SIP/trunk-1', '1', { CallerIDName }))] }, 0);
  for (const picture of [told, listed]) t.match(currentCalls(picture, 0), [{ calleridname: "O'Brien" }]);
  t.end();
});
