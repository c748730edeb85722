import t from 'tap';
import { AmiClient } from '../../src/ami/client.ts';
import { eventually } from '../lab/within.ts';
import { Peer } from './peer.ts';

void t.test('Asterisk is asked not to send events that have whole events of a caller in them', async (t) => {
  const asterisk = await new Peer().start();
  asterisk.takesFilters = false;
  const warnings: string[] = [];
  const quiet = (): undefined => undefined;
  const ami = new AmiClient({
    host: '127.0.0.1',
    port: asterisk.port,
    username: 'coocenter-api',
    secret: 'x',
    events: new Set(),
    variables: () => false,
    log: { debug: quiet, info: quiet, warning: (text) => warnings.push(text), error: quiet },
    onEvent: quiet,
    onUp: quiet,
    onDown: quiet,
  });
  t.teardown(async () => {
    await ami.stop();
    await asterisk.stop();
  });
  ami.start();
  await eventually('a warning', () => warnings.length > 0);
  t.match(warnings, [/takes no filter \(Permission denied\)/], 'an Asterisk that does not take it is told of');
  const [filter = {}] = asterisk.filters;
  t.match(filter, { Operation: 'Add', Filter: /^!/ });
  t.ok(`Filter: ${filter['Filter'] ?? ''}\r\n`.length <= 1_024, 'Asterisk reads lines of 1,024 characters');
  const pattern = new RegExp((filter['Filter'] ?? '').slice(1).replaceAll('[[:cntrl:]]', '[\\x00-\\x1f\\x7f]'), 's');
  const channel = (prefix: string, number: string): string =>
    `${prefix}CallerIDNum: ${number}\r\n${prefix}CallerIDName: \r\n${prefix}Uniqueid: 1.1\r\n${prefix}Linkedid: 1.1\r\n`;
  const short = '1\r\n\r\nEvent: ExtensionStatus';
  const long = (prefix: string): string =>
    `${channel(prefix, '1').slice(13)}\r\nEvent: Cdr\r\n\r\nEvent: Hangup\r\n${prefix}CallerIDNum: 1`;
  for (const prefix of ['', 'Dest', 'Transferee']) {
    const event = (one: string, other: string): string =>
      `Event: DialBegin\r\n${channel('', one)}${channel('Dest', other)}${channel('Transferee', other)}\r\n`;
    t.notMatch(event(short, short), pattern, 'the decoder sees to a short number');
    const number = long(prefix);
    t.match(prefix === '' ? event(number, '2') : event('2', number), pattern, `${prefix || 'first'} channel`);
  }
});
