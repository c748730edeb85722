import t from 'tap';
import { Picture } from '../../../src/picture/picture.ts';
import { channel, event, none, settings } from '../messages.ts';

const caller = channel('SIP/trunk-1', '1');
const step = (Context: string, Timestamp: string): ReturnType<typeof event> =>
  event('Newexten', { ...caller, Context, Extension: 's', Priority: '2', Application: 'NoOp', Timestamp });

/** A caller that waits in queue 630. */
function waiting(): Picture {
  const picture = new Picture(settings);
  picture.resync(none, 0);
  picture.apply(event('Newchannel', caller), 1_000);
  picture.apply(event('QueueCallerJoin', { ...caller, Queue: '630', Timestamp: '1001.0' }), 1_000);
  return picture;
}

void t.test('contract §3.7: a step of a caller that waited before AMI was away shows that they left the queue', (t) => {
  const picture = waiting();
  picture.lost();
  picture.expectSnapshot();
  picture.apply(step('internal', '1005.5'), 1_005_500);
  const call = picture.callOf('1');
  t.match(call?.callerPath?.queues, [{ queue: '630', leftAt: 1_005_500, answeredAt: undefined }]);
  t.equal(call?.incomplete, true);
  t.end();
});

void t.test('while nothing is missed, QueueCallerLeave alone tells that a caller left the queue', (t) => {
  const picture = waiting();
  picture.apply(step('internal', '1005.5'), 1_005_500);
  const call = picture.callOf('1');
  t.match(call?.callerPath?.queues, [{ queue: '630', leftAt: undefined }]);
  t.equal(call?.incomplete, false);
  t.end();
});
