import t from 'tap';
import { transferCaller } from '../../src/control/transfer-caller.ts';
import { controlled, message, refusal, up, value } from './fake.ts';

/** 85322361 waits in queue 630, by the events and by Asterisk's list. */
function waiting(): ReturnType<typeof controlled> & { readonly item: ReturnType<typeof message> } {
  const made = controlled();
  up(made.own.picture, 'trunk', '1');
  made.own.picture.apply(message({ Event: 'QueueCallerJoin', Queue: '630', Uniqueid: '1', Position: '1' }), 0);
  const listed = { Event: 'CoreShowChannel', Channel: 'PJSIP/trunk-1', Uniqueid: '1', BridgeId: '' };
  const item = message({ ...listed, Application: 'Queue' });
  made.ami.answer('CoreShowChannels', [item]);
  return { ...made, item };
}

void t.test('a caller who waits goes to dst, dialled as from the phone of who asks', async (t) => {
  const { ami, control } = waiting();
  const moved = async (by: string): Promise<unknown> => {
    await transferCaller(control, '1', '803', by);
    return ami.asked.at(-1);
  };
  const redirect = { Channel: 'PJSIP/trunk-1', Exten: '803', Priority: '1' };
  t.same(await moved(''), { name: 'Redirect', fields: { ...redirect, Context: 'internal' } });
  ami.answer('Getvar PJSIP_ENDPOINT', value('class-2'));
  t.same(await moved('800'), { name: 'Redirect', fields: { ...redirect, Context: 'class-2' } });
});

void t.test('who does not wait, or would be lost, stays where they are', async (t) => {
  const { ami, own, control } = waiting();
  await t.rejects(transferCaller(control, '2', '803', ''), refusal('not-found'), 'nobody has that uniqueid');
  up(own.picture, '800', '3');
  await t.rejects(transferCaller(control, '3', '803', ''), refusal('not-found'), 'a channel, but in no queue');
  ami.answer('Getvar DIALPLAN_EXISTS', value('0'));
  await t.rejects(transferCaller(control, '1', '899', ''), refusal('not-found'), 'the dialplan has no dst');
  ami.answer('Getvar DIALPLAN_EXISTS', message({ Response: 'Success', Value: '' }));
  await t.rejects(transferCaller(control, '1', '803', ''), refusal('unavailable'), 'nobody knows whether it has');
  ami.answer('Getvar DIALPLAN_EXISTS', value('1'));
  const late = transferCaller(control, '1', '803', '');
  own.picture.apply(message({ Event: 'QueueCallerLeave', Queue: '630', Uniqueid: '1' }), 0);
  await t.rejects(late, refusal('not-found'), 'an agent answered while Asterisk was asked');
  t.equal(ami.count('Redirect'), 0);
});

void t.test('a caller of whom only an event says that they wait stays where they are', async (t) => {
  const { ami, control } = waiting();
  const listed = { Event: 'CoreShowChannel', Channel: 'PJSIP/trunk-1', Uniqueid: '1' };
  for (const item of [
    { ...listed, Application: 'Dial', BridgeId: '' },
    { ...listed, Application: 'Queue', BridgeId: 'b' },
    { ...listed, Application: 'Queue', BridgeId: '', Channel: 'PJSIP/trunk-2' },
  ]) {
    ami.answer('CoreShowChannels', [message(item)]);
    await t.rejects(transferCaller(control, '1', '803', ''), refusal('not-found'));
  }
  t.equal(ami.count('Redirect'), 0);
});
