import t from 'tap';
import { TalkLimits } from '../../src/control/talk-limits.ts';
import type { Change, Channel, Leg } from '../../src/picture/model.ts';
import { deps, FakeAsterisk, message, response } from './fake.ts';

const answered = (uniqueid: string): Change => ({ type: 'originate-response', uniqueid, success: true, reason: 4 });
const failed = (uniqueid: string, reason: number): Change => ({
  type: 'originate-response',
  uniqueid,
  success: false,
  reason,
});

void t.test('contract §4.15 limitSec: counted from when the two talk', async (t) => {
  const ami = new FakeAsterisk();
  const own = deps(ami);
  const limits = new TalkLimits(own);
  ami.answer(
    'CoreShowChannels',
    ['1', '3', '4'].map((Uniqueid) =>
      message({ Event: 'CoreShowChannel', Channel: `PJSIP/800-${Uniqueid}`, Uniqueid }),
    ),
  );
  const limited = async (): Promise<unknown[]> => {
    await new Promise(setImmediate);
    return ami.asked.flatMap(({ name, fields }) => (name === 'AbsoluteTimeout' ? [fields] : []));
  };
  const channel = (uniqueid: string): Channel => ({ uniqueid, name: `PJSIP/800-${uniqueid}` }) as Channel;
  const talk = (uniqueid: string): void => {
    limits.onChange({ type: 'dial-answer', timestamp: '1.0', leg: { source: channel(uniqueid) } as Leg });
  };
  const party = { num: '', name: '' };
  limits.set('1', 60);
  limits.onChange({ type: 'dial-answer', timestamp: '1.0', leg: { source: undefined } as Leg });
  t.same(ami.asked, [], 'src picked up: nobody talks yet');
  talk('2');
  t.same(ami.asked, [], 'another call');
  talk('1');
  t.same(await limited(), [{ Channel: 'PJSIP/800-1', Timeout: '60' }]);
  talk('1');
  t.equal((await limited()).length, 1, 'once: who talks next does not begin anew');
  limits.set('5', 60);
  talk('5');
  t.equal((await limited()).length, 1, 'a channel that Asterisk does not list is left alone');
  for (const over of [
    (): void => {
      limits.onChange({ type: 'hangup', timestamp: '1.0', channel: channel('3'), caller: party, callee: party });
    },
    (): void => {
      limits.onChange(failed('3', 3));
    },
    (): void => {
      limits.drop('3');
    },
  ]) {
    limits.set('3', 60);
    over();
    talk('3');
  }
  t.equal((await limited()).length, 1, 'what is over is forgotten');
  limits.set('4', 60);
  limits.onChange(answered('4'));
  ami.answer('AbsoluteTimeout', response('!No such channel'));
  talk('4');
  await new Promise(setImmediate);
  t.same(own.logged, [['error', 'the talk of PJSIP/800-4 could not be limited to 60 s']], 'a failure is told');
});
