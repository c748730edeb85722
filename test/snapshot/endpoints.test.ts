import t from 'tap';
import type { AmiMessage } from '../../src/ami/message.ts';
import { fetchEndpoints } from '../../src/snapshot/endpoints.ts';
import { FakeAsterisk, message } from '../control/fake.ts';

const peer = (ObjectName: string, IPaddress: string, Status: string, Dynamic = 'yes'): AmiMessage =>
  message({ Event: 'PeerEntry', ObjectName, IPaddress, Status, Dynamic });
const endpoint = (ObjectName: string, Aor = ObjectName): AmiMessage =>
  message({ Event: 'EndpointList', ObjectName, Aor });

void t.test('who is a phone and who is a trunk', async (t) => {
  const ami = new FakeAsterisk()
    .answer('SIPpeers', [peer('810', '-none-', 'UNKNOWN'), peer('carrier', '10.0.0.1', 'Unmonitored', 'no')])
    .answer('PJSIPShowEndpoints', [endpoint('800', 'desk, 800'), endpoint('trunk'), endpoint('anonymous', '')])
    .answer('PJSIPShowAors', [
      message({ Event: 'AorList', ObjectName: '800', MaxContacts: '1' }),
      message({ Event: 'AorList', ObjectName: 'trunk', MaxContacts: '0' }),
    ]);
  t.same(await fetchEndpoints({ ami }), [
    { technology: 'SIP', name: '810', address: 'registers' },
    { technology: 'SIP', name: 'carrier', address: 'fixed' },
    { technology: 'PJSIP', name: '800', address: 'registers' },
    { technology: 'PJSIP', name: 'trunk', address: 'fixed' },
    { technology: 'PJSIP', name: 'anonymous', address: 'none' },
  ]);
});
