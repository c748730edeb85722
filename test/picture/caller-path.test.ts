import t from 'tap';
import { beginMenu, beginSurvey, callerPathOf, enter, forgetSteps } from '../../src/picture/caller-path.ts';
import type { CallerPath, Channel } from '../../src/picture/model.ts';
import { Picture } from '../../src/picture/picture.ts';
import { channel, event, settings } from './messages.ts';

/** Two channels of one call. */
function twoChannels(): [Channel, Channel] {
  const picture = new Picture(settings);
  for (const id of ['1', '2']) picture.apply(event('Newchannel', channel(`SIP/80${id}-1`, id, { Linkedid: '1' })), 0);
  return [picture.channels.get('1')!, picture.channels.get('2')!];
}

function newPath(): CallerPath {
  const [caller] = twoChannels();
  return callerPathOf(caller, 1_000)!;
}

void t.test('contract §3.7 cdrState: what was entered last counts, and not what was told last', (t) => {
  const path = newPath();
  enter(path, 'queue', 2_000);
  enter(path, 'bridged', 4_000);
  enter(path, 'queue', 3_000);
  t.equal(path.stage, 'bridged', 'an event that was overtaken changes nothing');
  t.equal(path.stagedAt, 4_000);
  enter(path, 'feedback', 4_000);
  t.equal(path.stage, 'feedback', 'of the same moment the later one');
  t.end();
});

void t.test('a call has one caller path, of the first caller', (t) => {
  const [caller, other] = twoChannels();
  const path = callerPathOf(caller, 1_000);
  t.equal(path?.callerChannel, caller);
  t.equal(callerPathOf(caller, 2_000), path);
  t.equal(callerPathOf(other, 2_000), undefined);
  t.end();
});

void t.test(
  'what a caller came to of late is forgotten, with the caller path of a call that came to nothing else',
  (t) => {
    const path = newPath();
    enter(path, 'bridged', 2_000);
    beginSurvey(path, 9_800);
    forgetSteps(path, 9_500);
    t.same([path.stage, path.feedback.length], ['bridged', 0], 'a survey that just began does not count');
    t.equal(path.call.callerPath, undefined, 'there was nothing else');
    const earlier = newPath();
    beginSurvey(earlier, 2_000);
    beginMenu(earlier, 'ivr-610', '610', 9_700);
    earlier.enteringQueue = '630';
    forgetSteps(earlier, 9_500);
    t.same(
      [earlier.menus.length, earlier.feedback.length, earlier.enteringQueue],
      [0, 1, undefined],
      'one long before does',
    );
    t.equal(earlier.call.callerPath, earlier);
    t.end();
  },
);
