import type { Stage } from '../stage.ts';
import { taken, talk } from './talk.ts';

export const name = 'queue-callback';

/** Another program calls a customer back: a place in queue 630 is kept for them, they answer, and then 800 does. */
export async function run(lab: Stage): Promise<void> {
  const agent = await lab.phone('800');
  await lab.ami.action('Originate', {
    Channel: `Local/630@${lab.places.queues}/n`,
    Context: lab.places.outside,
    Exten: '18782985586',
    Priority: '1',
    Timeout: '10000',
    Async: 'true',
  });
  const customer = await lab.provider.incoming();
  await customer.answer();
  // Nobody is rung before the customer is there.
  await lab.ami.event('BridgeEnter', ({ Channel = '' }) => Channel.includes('/trunk-'));
  await lab.operator.login('800', '630');
  const answer = await agent.incoming();
  await taken(lab, answer);
  await talk();
  await customer.hangUp();
  await answer.ended();
}
