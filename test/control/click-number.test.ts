import t from 'tap';
import { clickNumber, ringSeconds } from '../../src/control/click-number.ts';
import type { Change } from '../../src/picture/model.ts';
import { controlled, refusal, response, rings, twoPhones, value } from './fake.ts';

/** As Asterisk tells that a phone of 800 is picked up, of a click-to-dial. */
const pickedUp = (uniqueid: string): Change => ({ type: 'originate-response', uniqueid, success: true, reason: 4 });

void t.test('contract §4.8, §4.15 click-number', async (t) => {
  const { ami, own, control } = controlled();
  ami.answer('Originate', response('Originate successfully queued'));
  const told = await clickNumber(control, { src: '800', dst: '801', wait: false });
  t.equal(told.message, 'Originate successfully queued');
  t.same(ami.asked.at(-1)?.fields, {
    Channel: 'PJSIP/800',
    Context: 'internal',
    Exten: '801',
    Priority: '1',
    Timeout: String(ringSeconds * 1_000),
    ChannelId: told.uniqueid,
    Variable: ['CONNECTEDLINE(num,i)=801'],
    Async: 'true',
  });
  await clickNumber(control, { src: '800', dst: '801', limitSec: 60, ringSec: 5, wait: false });
  t.match(ami.asked.at(-1)?.fields, { Timeout: '5000', Variable: [String, 'TIMEOUT(absolute)=180'] });
  await clickNumber(control, { src: '800', dst: '801', callerId: '4930123', clientUserId: 'a,b', wait: false });
  t.match(ami.asked.at(-1)?.fields, { Variable: [String, 'CALLERID(num)=4930123', 'COOCENTER_CLIENT_USER=a%2Cb'] });
  const waiting = clickNumber(control, { src: '800', dst: '802', wait: true });
  const refused = t.rejects(waiting, { kind: 'conflict', message: 'extension 800 did not answer: busy' });
  await new Promise(setImmediate);
  const ChannelId = String(ami.asked.at(-1)?.fields['ChannelId']);
  control.onChange({ type: 'originate-response', uniqueid: ChannelId, success: false, reason: 5 });
  await refused;
  ami.answer('Originate', response('!Channel name too long'));
  await t.rejects(clickNumber(control, { src: '800', dst: '801', limitSec: 1, wait: true }), refusal('conflict'));
  await t.rejects(clickNumber(control, { src: '899', dst: '801', wait: false }), refusal('not-found'));
  ami.answer('Getvar DIALPLAN_EXISTS', value('0'));
  await t.rejects(clickNumber(control, { src: '800', dst: '899', wait: false }), refusal('not-found'));
  t.equal(ami.asked.at(-1)?.name, 'Getvar', 'nobody’s phone rings for a number that is not there');
  t.equal(own.logged.length, 0);
});

void t.test('contract §4.8 click-number rings every phone of src', async (t) => {
  const { ami, own, control } = twoPhones();
  const limited = { src: '800', dst: '801', wait: false, limitSec: 9 };
  const { uniqueid, uniqueids = [] } = await clickNumber(control, limited);
  t.same(rings(ami), ['PJSIP/800', 'SIP/web800']);
  t.same(uniqueids.length, 2);
  t.equal(uniqueids[0], uniqueid);
  control.onChange(pickedUp(uniqueids[1] ?? ''));
  await new Promise(setImmediate);
  t.same(ami.asked.at(-1), { name: 'Hangup', fields: { Channel: uniqueid, Cause: '26' } }, 'the other stops');
  t.same(own.logged, []);
  ami.answer('Hangup', response('!No such channel'), response('!Permission denied'));
  for (const dst of ['802', '803']) {
    const ringing = await clickNumber(control, { src: '800', dst, wait: false });
    control.onChange(pickedUp(ringing.uniqueid));
    await new Promise(setImmediate);
  }
  t.match(own.logged, [['warning', /rings on/]], 'one that is gone already is as wanted, one that rings on is told');
});

void t.test('contract §4.8 click-number rings the phones that are registered', async (t) => {
  for (const [pjsip, sip, wanted] of [
    ['PJSIP/800/sip:800@192.168.12.4', '(null)', ['PJSIP/800']],
    ['', '192.168.12.5', ['SIP/web800']],
    ['', '(null)', ['PJSIP/800']],
    ['PJSIP/800/sip:a&b@1.2.3.4&PJSIP/800/sip:c@d', '(null)', ['PJSIP/800/sip:a&b@1.2.3.4', 'PJSIP/800/sip:c@d']],
    [`PJSIP/800/sip:a&PJSIP/800/sip:${'b'.repeat(1_005)}`, '(null)', ['PJSIP/800']],
  ] as const) {
    const { ami, control } = twoPhones();
    ami.answer('Getvar PJSIP_DIAL_CONTACTS', value(pjsip)).answer('Getvar SIPPEER', value(sip), value('internal'));
    await clickNumber(control, { src: '800', dst: '801', wait: false });
    t.same(rings(ami), wanted);
  }
  const { ami, control } = controlled();
  ami.answer('Getvar PJSIP_DIAL_CONTACTS', value('PJSIP/801/sip:a&PJSIP/801/sip:b'));
  await clickNumber(control, { src: '801', dst: '802', wait: false });
  t.same(rings(ami), ['PJSIP/801/sip:a', 'PJSIP/801/sip:b'], 'two phones that are registered under one name');
});

void t.test('contract §4.8 click-number: one of two phones is refused', async (t) => {
  const { ami, control } = twoPhones();
  ami.answer('Originate', response('!Channel name too long'), response('Originate successfully queued'));
  const told = await clickNumber(control, { src: '800', dst: '801', wait: false });
  t.equal(told.message, 'Originate successfully queued');
  t.equal(told.uniqueids, undefined, 'one rings');
});
