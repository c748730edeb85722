import t from 'tap';
import { furtherOf, linkedidOf } from '../../src/events/further.ts';
import { newCall } from '../../src/picture/call.ts';

void t.test('what ends the body of an event of a call', (t) => {
  const call = newCall('1.2', 0);
  t.strictSame(Object.entries(furtherOf(call)), [['linkedid', '1.2']]);
  call.clientUserId = 'u-7';
  t.strictSame(Object.entries(furtherOf(call)), [
    ['linkedid', '1.2'],
    ['clientUserId', 'u-7'],
  ]);
  t.strictSame(linkedidOf(''), {}, 'an unknown call');
  t.end();
});
