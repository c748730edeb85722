import t from 'tap';
import { spy } from '../../src/control/spy.ts';
import { controlled, refusal, up } from './fake.ts';

void t.test('contract §4.11, §4.15 spying on a call that is up', async (t) => {
  const { ami, own, control } = controlled();
  await t.rejects(spy(control, 'listen', '802', '801'), refusal('conflict'));
  await t.rejects(spy(control, 'listen', '899', '801'), refusal('not-found'));
  up(own.picture, '801', '1');
  const options = { listen: 'qE', whisper: 'qEw', 'barge-in': 'qEB' } as const;
  for (const mode of ['listen', 'whisper', 'barge-in'] as const) {
    await spy(control, mode, '802', '801');
    t.match(ami.asked.at(-1), {
      name: 'Originate',
      fields: { Channel: 'PJSIP/802', Application: 'ChanSpy', Data: `PJSIP/801-1,${options[mode]}`, Async: 'true' },
    });
  }
});
