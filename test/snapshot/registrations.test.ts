import t from 'tap';
import type { AmiMessage } from '../../src/ami/message.ts';
import { Registrations } from '../../src/snapshot/registrations.ts';
import { FakeAsterisk, message, response } from '../control/fake.ts';

const peer = (ObjectName: string, IPaddress: string, Status: string, Dynamic = 'yes'): AmiMessage =>
  message({ Event: 'PeerEntry', ObjectName, IPaddress, Status, Dynamic });
const endpoint = (ObjectName: string, Aor = ObjectName): AmiMessage =>
  message({ Event: 'EndpointList', ObjectName, Aor });
const contact = (Endpoint: string, Uri: string, Status: string, RoundtripUsec = '0'): AmiMessage =>
  message({ Event: 'ContactList', Endpoint, Uri, Status, RoundtripUsec, ViaAddr: '10.9.9.9' });

void t.test('contract §4.2: where a phone is and how quickly it answers', async (t) => {
  const asked = async (peers: AmiMessage[], endpoints: AmiMessage[], contacts: AmiMessage[]): Promise<unknown> => {
    const ami = new FakeAsterisk()
      .answer('SIPpeers', peers)
      .answer('PJSIPShowEndpoints', endpoints)
      .answer('PJSIPShowContacts', contacts);
    const all = await new Registrations({ ami }).get(0);
    return all.map(({ device, type, ipAddr, status }) => `${type} ${device} ${ipAddr} ${status}`);
  };
  await t.test('chan_sip', async (t) => {
    const peers = [
      peer('801', '192.168.12.4', 'OK (45 ms)'),
      peer('802', '192.168.12.5', 'Unmonitored'),
      peer('803', '-none-', 'UNKNOWN'),
      peer('804', '', 'Unmonitored'),
      peer('805', '192.168.12.6', 'LAGGED (2310 ms)'),
      peer('806', '192.168.12.7', 'UNREACHABLE'),
      peer('807', '2001:db8::4', 'OK (1 ms)'),
    ];
    t.same(await asked(peers, [], []), [
      'SIP SIP/801 192.168.12.4 OK (45 ms)',
      'SIP SIP/802 192.168.12.5 OK',
      'SIP SIP/803 -none- UNKNOWN',
      'SIP SIP/804 -none- UNKNOWN',
      'SIP SIP/805 192.168.12.6 LAGGED (2310 ms)',
      'SIP SIP/806 192.168.12.7 UNREACHABLE',
      'SIP SIP/807 2001:db8::4 OK (1 ms)',
    ]);
  });
  await t.test('PJSIP', async (t) => {
    const cases: readonly [string, AmiMessage[], string][] = [
      ['qualified', [contact('800', 'sip:800@192.168.12.4:5060;ob', 'Reachable', '44600')], '192.168.12.4 OK (45 ms)'],
      ['not qualified', [contact('800', 'sip:800@192.168.12.4', 'NonQualified')], '192.168.12.4 OK'],
      ['newly registered', [contact('800', 'sip:800@192.168.12.4', 'Created')], '192.168.12.4 OK'],
      ['not known yet', [contact('800', 'sip:800@192.168.12.4', 'Unknown')], '192.168.12.4 OK'],
      ['gone', [contact('800', 'sip:800@192.168.12.4', 'Unreachable')], '192.168.12.4 UNREACHABLE'],
      ['unregistered', [], '-none- UNKNOWN'],
      ['IPv6', [contact('800', 'sip:800@[2001:db8::4]:5060', 'NonQualified')], '2001:db8::4 OK'],
      ['a URI without user', [contact('800', 'sip:192.168.12.4:5060', 'NonQualified')], '192.168.12.4 OK'],
      ['IPv6 without user', [contact('800', 'sips:[2001:db8::4]', 'NonQualified')], '2001:db8::4 OK'],
      ['a time that is none', [contact('800', 'sip:800@10.0.0.4', 'Reachable', 'N/A')], '10.0.0.4 OK'],
      [
        'several: one that can be reached',
        [
          contact('800', 'sip:800@10.0.0.1', 'Unreachable'),
          contact('800', 'sip:800@10.0.0.2', 'Reachable', '1000'),
          contact('800', 'sip:800@10.0.0.3', 'Unreachable'),
        ],
        '10.0.0.2 OK (1 ms)',
      ],
      [
        'several: one not qualified before one that is gone',
        [contact('800', 'sip:800@10.0.0.1', 'Unreachable'), contact('800', 'sip:800@10.0.0.2', 'NonQualified')],
        '10.0.0.2 OK',
      ],
    ];
    for (const [what, contacts, expected] of cases) {
      t.same(await asked([], [endpoint('800')], contacts), [`PJSIP PJSIP/800 ${expected}`], what);
    }
  });
});

void t.test('registrations are asked of Asterisk at most once a second, however many ask', async (t) => {
  const ami = new FakeAsterisk().answer('PJSIPShowEndpoints', [endpoint('800')]);
  const registrations = new Registrations({ ami });
  const together = await Promise.all([registrations.get(5_000), registrations.get(5_000), registrations.get(5_999)]);
  t.equal(together[0], together[2]);
  t.equal(ami.count('PJSIPShowEndpoints'), 1);
  await registrations.get(6_000);
  t.equal(ami.count('PJSIPShowEndpoints'), 2, 'a second later anew');
  await registrations.get(1_000);
  t.equal(ami.count('PJSIPShowEndpoints'), 3, 'and when the clock was set back');
  ami.answer('PJSIPShowEndpoints', new Error('away'), [endpoint('801')]);
  const failing = [registrations.get(9_000), registrations.get(9_000)];
  for (const asked of failing) await t.rejects(asked, { message: 'away' });
  t.match(await registrations.get(9_001), [{ device: 'PJSIP/801' }], 'a failure is not kept');
  ami.answer('SIPpeers', response('!Invalid/unknown command: SIPpeers.'));
  t.equal((await registrations.get(20_000)).length, 1, 'a box without chan_sip');
});
