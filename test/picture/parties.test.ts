import t from 'tap';
import { currentCalls } from '../../src/http/routes/live.ts';
import { Picture } from '../../src/picture/picture.ts';
import { channel, event, none, settings } from './messages.ts';

/** 800 and 801 are phones, `trunk` leads outside. */
function box(): Picture {
  const picture = new Picture(settings);
  const registers = 'registers' as const;
  const endpoints = ['800', '801', 'desk'].map((name) => ({ technology: 'SIP' as const, name, address: registers }));
  const hint = { Exten: '802', Context: 'internal', Hint: 'SIP/desk&Custom:DND802', Status: '0', StatusText: 'Idle' };
  picture.resync({ ...none, endpoints, hints: [event('ExtensionStatus', hint)] }, 0);
  return picture;
}

const company = { CallerIDNum: '910111222', CallerIDName: 'Firm' };

void t.test('a channel’s party is the extension of its device', (t) => {
  for (const [why, name, own, wanted] of [
    ['the dialplan sends the company’s number', 'SIP/800-1', {}, { calleridnum: '800', calleridname: 'Agent 800' }],
    ['so does the phone itself', 'SIP/800-1', company, { calleridnum: '800', calleridname: 'Firm' }],
    ['the device has another name', 'SIP/desk-1', company, { calleridnum: '802', calleridname: 'Firm' }],
    ['somebody outside has their own', 'SIP/trunk-1', {}, { calleridnum: '910111222', calleridname: 'Firm' }],
  ] as const) {
    const picture = box();
    picture.apply(event('Newchannel', channel(name, '1', own)), 0);
    picture.apply(event('NewCallerid', channel(name, '1', company)), 0);
    t.match(currentCalls(picture, 0), [wanted], why);
    const [hangup] = picture.apply(event('Hangup', channel(name, '1', company)), 0);
    const { calleridnum: num, calleridname } = wanted;
    t.match(hangup, { type: 'hangup', caller: { num, name: calleridname } }, `${why}: hangup`);
  }
  t.end();
});

void t.test('a waiting caller that shows the company’s number is their extension', (t) => {
  const picture = box();
  const caller = channel('SIP/800-1', '1', company);
  const over = [
    event('Newchannel', channel('SIP/800-1', '1')),
    event('NewCallerid', caller),
    event('QueueCallerJoin', { ...caller, Queue: '630' }),
    event('Hangup', caller),
  ].flatMap((message) => picture.apply(message, 1_000_000));
  over.push(...picture.tick(1_005_000));
  t.strictSame(
    over.map(({ type }) => type),
    ['outdated', 'hangup', 'call-gone', 'call-over'],
  );
  t.match(over[3], { callerPath: { caller: '800' } });
  t.end();
});

void t.test('behind a Local channel that shows the company’s number, the caller is the one who called in', (t) => {
  const picture = box();
  const half = (end: 1 | 2): Record<string, string> =>
    channel(`Local/800@forward-1;${end}`, `1${end}`, { Linkedid: '1', ...company });
  const outside = channel('SIP/trunk-1', '1', { CallerIDNum: '0299', CallerIDName: '<unknown>', Exten: '630' });
  const far = channel('SIP/trunk-2', '2', { Linkedid: '1', CallerIDNum: '800' });
  const dest = (of: Record<string, string>): Record<string, string> =>
    Object.fromEntries(Object.entries(of).map(([name, value]) => [`Dest${name}`, value]));
  for (const one of [outside, half(1), half(2), far]) picture.apply(event('Newchannel', one), 0);
  picture.apply(event('DialBegin', { ...outside, ...dest(half(1)), DialString: 'Local/800@forward/n' }), 0);
  const [begin] = picture.apply(event('DialBegin', { ...half(2), ...dest(far), DialString: 'trunk/0911222333' }), 0);
  t.match(begin, { type: 'dial-begin', leg: { caller: { num: '0299' }, callee: { num: '0911222333' } } });
  t.end();
});
