import t from 'tap';
import { beginSurvey, callerPathOf, connectOthers, enter } from '../../src/picture/caller-path.ts';
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

void t.test('a caller who connected two others was in no survey', (t) => {
  const path = newPath();
  enter(path, 'bridged', 2_000);
  beginSurvey(path, 9_800);
  connectOthers(path, 10_000);
  t.same([path.stage, path.feedback.length], ['bridged', 0], 'one that just began does not count');
  beginSurvey(path, 10_100);
  t.equal(path.feedback.length, 0, 'and none begins any more');
  const earlier = newPath();
  beginSurvey(earlier, 2_000);
  connectOthers(earlier, 10_000);
  t.same([earlier.stage, earlier.feedback.length], ['feedback', 1], 'one long before does');
  t.end();
});
