import t from 'tap';
import type { AmiMessage } from '../../../src/ami/message.ts';
import type { Transfer } from '../../../src/picture/model.ts';
import { Picture } from '../../../src/picture/picture.ts';
import { channel, event, none, settings } from '../messages.ts';

const caller = channel('SIP/trunk-1', '1');
const told = (to: string, Timestamp: string): AmiMessage =>
  event('BlindTransfer', { TransfereeUniqueid: '1', Result: 'Success', Extension: to, Timestamp });
const step = (Extension: string, Timestamp: string): AmiMessage =>
  event('Newexten', {
    ...{ ...caller, Context: 'internal', Extension, Priority: '1', Application: 'Dial', Timestamp },
  });

/** The transfers of a caller in a conversation after some events. */
function transfersAfter(...events: AmiMessage[]): readonly Transfer[] {
  const picture = new Picture(settings);
  picture.resync(none, 0);
  const agent = channel('SIP/801-2', '2', { Linkedid: '1' });
  for (const one of [caller, agent]) picture.apply(event('Newchannel', one), 0);
  for (const one of [caller, agent]) {
    picture.apply(event('BridgeEnter', { ...one, BridgeUniqueid: 'b', BridgeTechnology: 'simple_bridge' }), 0);
  }
  for (const message of events) picture.apply(message, 0);
  return picture.channels.get('1')?.transfers ?? [];
}

void t.test('contract §3.7 fwType: a transfer counts once, whether its event or the caller’s step comes first', (t) => {
  const event = told('802', '1002.3');
  t.match(transfersAfter(event, step('802', '1002.4')), [{ how: 'blind', to: '802' }]);
  t.equal(transfersAfter(event, step('802', '1002.4')).length, 1);
  t.match(transfersAfter(step('802', '1002.1'), event), [{ how: 'blind', to: '802', isGuess: true }]);
  t.equal(transfersAfter(step('802', '1002.1'), event).length, 1);
  t.end();
});

void t.test('two transfers are two, to other numbers or at other times', (t) => {
  t.equal(transfersAfter(told('802', '1002.3'), told('803', '1002.5')).length, 2);
  t.equal(transfersAfter(told('802', '1002.3'), told('802', '1004.0')).length, 2);
  t.equal(transfersAfter(step('802', '1002.3'), told('802', '1003.3')).length, 2, 'a whole second later');
  t.end();
});

void t.test('a transfer that failed is none', (t) => {
  const failed = event('BlindTransfer', { TransfereeUniqueid: '1', Result: 'Fail', Extension: '802' });
  t.same(transfersAfter(failed), []);
  t.end();
});

void t.test('contract §3.7: a transferer who consulted a menu a moment ago was in it', (t) => {
  const picture = new Picture(settings);
  picture.resync(none, 0);
  const asker = channel('SIP/trunk-3', '3');
  for (const one of [caller, asker]) picture.apply(event('Newchannel', one), 0);
  const menu = { Context: 'ivr-610', Extension: 's', Priority: '1', Application: 'Read', Timestamp: '1002.0' };
  picture.apply(event('Newexten', { ...asker, ...menu }), 0);
  const handOver = {
    ...{ Result: 'Success', DestType: 'App', Timestamp: '1002.2' },
    ...{ SecondTransfererUniqueid: '3', TransfereeUniqueid: '1' },
  };
  picture.apply(event('AttendedTransfer', handOver), 0);
  t.match(picture.channels.get('3')?.call.callerPath?.menus, [{ id: '610' }]);
  t.end();
});
