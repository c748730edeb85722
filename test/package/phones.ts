/**
 * `node phones.ts call|answer`: phones 801 and 802 at the Asterisk on this loopback. `call`: 801 calls 802, they talk for
 * a moment, 801 hangs up. `answer`: they register, and 801 answers what comes a second later, 802 at once.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Phone } from '../lab/phone.ts';

const [what] = process.argv.slice(2);
const phone = async (user: string): Promise<Phone> => {
  const made = await new Phone({ user, serverPort: 5060 }).start();
  await made.register();
  return made;
};
const [caller, callee] = [await phone('801'), await phone('802')];
callee.behaviour = 'answer';
process.stdout.write('registered\n');
if (what === 'answer') {
  const call = await caller.incoming(30_000);
  await sleep(1_000);
  await call.answer();
  await call.ended(30_000);
} else {
  const call = await caller.call('802');
  await call.answered();
  await sleep(1_200);
  await call.hangUp();
}
await sleep(200);
caller.stop();
callee.stop();
process.stdout.write('done\n');
process.exit(0);
