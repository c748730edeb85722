import t from 'tap';
import { merged } from '../../src/web/toolbar/past-call.ts';

void t.test('a call is there once: its call-centre record, else the row of its CDRs that talked longest', (t) => {
  const row = { event: 'cdr', callId: '1.1', body: { source: '139', destination: '800', calltype: 'inbound' } };
  const calls = merged([
    {
      event: 'cdr',
      callId: '1.2',
      body: {
        source: '800',
        destination: '138',
        calltype: 'outbound',
        starttime: '2026-11-29 10:00:00',
        disposition: 'ANSWERED',
        billableseconds: '7',
      },
    },
    { ...row, body: { ...row.body, starttime: '2026-11-29 09:00:00', disposition: 'NO ANSWER', billableseconds: '0' } },
    {
      event: 'cc_cdr',
      callId: '1.1',
      body: {
        caller: '139',
        callType: 'incoming',
        queueCode: '630',
        agentCode: '800',
        startTime: '2026-11-29 09:00:00',
        talkingTime: '12',
        disposition: 'sold',
      },
    },
    { event: 'cdr', callId: '1.2', body: { source: '800', destination: '138', calltype: 'outbound', starttime: 'x' } },
    { event: 'ivr', callId: '1.3', body: {} },
  ]);
  t.strictSame(calls, [
    {
      uuid: '1.2',
      time: '2026-11-29 10:00:00',
      direction: 'outbound',
      number: '138',
      queue: '',
      agent: '800',
      talked: 7,
      disposition: '',
    },
    {
      uuid: '1.1',
      time: '2026-11-29 09:00:00',
      direction: 'inbound',
      number: '139',
      queue: '630',
      agent: '800',
      talked: 12,
      disposition: 'sold',
    },
  ]);
  t.end();
});
