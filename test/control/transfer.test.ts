import t from 'tap';
import { transfer } from '../../src/control/transfer.ts';
import { controlled, message, refusal, up, value } from './fake.ts';

void t.test('contract §4.10 transfer takes the party of the call that is not on hold', async (t) => {
  const { ami, own, control } = controlled();
  await t.rejects(transfer(control, '800', '803'), refusal('conflict'));
  up(own.picture, '800', '1', 'a');
  up(own.picture, '801', '2', 'a');
  up(own.picture, '800', '3', 'b');
  up(own.picture, '802', '4', 'b');
  const moved = async (): Promise<unknown> => {
    await transfer(control, '800', '803');
    return ami.asked.at(-1)?.fields;
  };
  t.same(await moved(), { Channel: 'PJSIP/802-4', Context: 'internal', Exten: '803', Priority: '1' }, 'the newest');
  own.picture.apply(message({ Event: 'Hold', Uniqueid: '3' }), 0);
  t.match(await moved(), { Channel: 'PJSIP/801-2' });
  own.picture.apply(message({ Event: 'Hold', Uniqueid: '1' }), 0);
  t.match(await moved(), { Channel: 'PJSIP/802-4' }, 'the newest of two on hold');
  own.picture.apply(message({ Event: 'Unhold', Uniqueid: '1' }), 0);
  t.match(await moved(), { Channel: 'PJSIP/801-2' });
  ami.answer('Getvar DIALPLAN_EXISTS', value('0'));
  await t.rejects(transfer(control, '800', '899'), refusal('not-found'));
  t.equal(ami.asked.at(-1)?.name, 'Getvar', 'a number that is not there: the call stays up');
  ami.answer('Getvar DIALPLAN_EXISTS', value('1'));
  const late = transfer(control, '800', '803');
  for (const id of ['2', '4']) own.picture.apply(message({ Event: 'Hangup', Uniqueid: id }), 0);
  await t.rejects(late, refusal('conflict'), 'the call ended while Asterisk was asked');
});

void t.test('contract §4.10 whoever talks to several is not transferred', async (t) => {
  const { ami, own, control } = controlled();
  for (const [exten, id] of [
    ['800', '1'],
    ['801', '2'],
    ['802', '3'],
  ] as const) {
    up(own.picture, exten, id, 'conference');
  }
  await t.rejects(transfer(control, '800', '803'), {
    kind: 'conflict',
    message: 'extension 800 talks to 2 at once: it cannot be told whom to transfer',
  });
  t.equal(ami.count('Redirect'), 0);
  up(own.picture, '800', '4', 'b');
  up(own.picture, '803', '5', 'b');
  await transfer(control, '800', '801');
  t.match(ami.asked.at(-1)?.fields, { Channel: 'PJSIP/803-5' }, 'the newest of its calls has one other');
});
