import fc from 'fast-check';
import t from 'tap';
import { dialledNumber, outsideNumber } from '../../src/picture/dialled-number.ts';

void t.test('the dialled number is read from the dial string of any technology', (t) => {
  for (const [dialString, channel, number] of [
    ['trunk/0299', 'SIP/trunk-00000001', '0299'],
    ['SIP/trunk/0299', 'SIP/trunk-00000001', '0299'],
    ['2100@trunk-edgeutp', 'SIP/trunk-edgeutp-00000007', '2100'],
    ['PJSIP/0299@trunk', 'PJSIP/trunk-00000001', '0299'],
    ['trunk/sip:0299@192.168.12.1:5060', 'PJSIP/trunk-00000001', '0299'],
    ['PJSIP/trunk/sips:+34600123123@sbc.example', 'PJSIP/trunk-00000001', '+34600123123'],
    ['0299:secret@10.0.0.1:5060', 'SIP/10.0.0.1-00000001', '0299'],
    ['trunk/0299!from@example', 'SIP/trunk-00000001', '0299'],
    ['DAHDI/g0/0299', 'DAHDI/i1/0299-5', '0299'],
    ['i1/0299/K3', 'DAHDI/i1/0299-5', '0299'],
    ['DAHDI/1/ww0299', 'DAHDI/1-1', '0299'],
    ['g0/9w0299', 'DAHDI/1-1', '0299'],
    ['g0/0299123www12#', 'DAHDI/1-1', '0299123'],
    ['IAX2/user:secret@host/0299@context', 'IAX2/host-5', '0299'],
    ['trunk/#31#0299', 'SIP/trunk-00000001', '0299'],
    ['trunk/0299#', 'SIP/trunk-00000001', '0299'],
    ['trunk/+886299', 'SIP/trunk-00000001', '+886299'],
    ['trunk/bob.smith', 'SIP/trunk-00000001', 'bob.smith'],
    ['dongle0/0299', 'Dongle/dongle0-01', '0299'],
    // A phone, a span, an account: no number was dialled.
    ['SIP/801', 'SIP/801-00000001', ''],
    ['801', 'PJSIP/801-00000001', ''],
    ['DAHDI/3', 'DAHDI/3-1', ''],
    ['IAX2/user:secret@host', 'IAX2/host-5', ''],
    ['', 'SIP/trunk-00000001', ''],
    ['trunk/', 'SIP/trunk-00000001', ''],
    ['trunk/02 99\r\n', 'SIP/trunk-00000001', ''],
  ] as const) {
    t.equal(dialledNumber(dialString, channel), number, `${dialString} on ${channel}`);
  }
  t.end();
});

void t.test('a prefix for the dialplan or the carrier is not part of the number', (t) => {
  const channel = 'SIP/trunk-00000001';
  for (const [callerIdNum, dialString, number, why] of [
    ['18782985586', 'trunk/18782985586', '18782985586', 'both are the same'],
    ['1', '2100@trunk', '2100', 'the key of a menu'],
    ['0', 'trunk/2100', '2100', 'that the number ends with'],
    ['101', 'trunk/600123123', '600123123', 'the phone that is forwarded'],
    ['9600555666', 'trunk/600555666', '600555666', 'the dialplan wants a 9'],
    ['600555666', 'trunk/1069600555666', '600555666', 'the carrier wants 1069'],
    ['9911', 'trunk/911', '911', 'short numbers are as they were sent'],
    ['10086', '910086@trunk', '10086', 'a hotline, and a 9 for the carrier'],
    ['110', 'trunk/9110', '110', 'an emergency call'],
    ['02988', 'trunk/002988', '02988', 'a zero for the carrier'],
    ['0412345678', 'trunk/61412345678', '0412345678', 'the carrier wants it with the country'],
    ['018782985586', 'trunk/+18782985586', '018782985586', 'and with a plus'],
    ['s', 'trunk/600555666', '600555666', 'a subroutine of the dialplan'],
    ['', 'trunk/600555666', '600555666', 'chan_sip without caller id'],
    ['600555666', 'trunk', '600555666', 'nothing in the dial string'],
  ] as const) {
    t.equal(outsideNumber(callerIdNum, dialString, channel), number, why);
  }
  t.equal(outsideNumber('800', 'trunk/0299123800', channel, true), '0299123800', 'a phone that is forwarded');
  t.end();
});

void t.test('a number from any dial string has no white space or control characters', (t) => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (dialString, channel) => {
      const number = dialledNumber(dialString, channel);
      return number === '' || /^[\w.+*-]+$/.test(number);
    }),
  );
  t.end();
});
