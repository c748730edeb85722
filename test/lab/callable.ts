import type { Stage } from './stage.ts';
import { eventually } from './within.ts';

/** What Asterisk's console says of who is in a call, for a failure that only Asterisk can explain. */
const commands = ['queue show', 'core show channels', 'sip show inuse', 'sip show channels', 'core show hints'];

/** Milliseconds in which a queue hears from a device that is idle. */
const told = 30_000;

/**
 * The queue can ring the member: logged in, idle, not paused. A queue that holds a member busy for long after their call,
 * as chan_sip's may after changes within a millisecond, hears of the phone when it is started anew; when that does not
 * help either, the error says what Asterisk's console has.
 */
export async function callable(lab: Stage, queue: string, extension: string): Promise<void> {
  const { ami, asterisk } = lab;
  const isCallable = async (): Promise<boolean> => {
    const { items } = await ami.action('QueueStatus', { Queue: queue, Member: `${asterisk.tech}/${extension}` });
    return items.some(({ Event, Status, Paused }) => Event === 'QueueMember' && Status === '1' && Paused === '0');
  };
  const expected = `${extension} can be called by ${queue}`;
  if (await eventually(expected, isCallable, told).catch(() => false)) return;
  const phone = await lab.phone(extension);
  await phone.unregister();
  await phone.register();
  await eventually(expected, isCallable).catch(async (cause: unknown) => {
    // Not every Asterisk knows each of them.
    const said = await Promise.all(commands.map((command) => asterisk.cli(command).catch(String)));
    throw new Error(`not ${expected}:\n${said.join('\n')}`, { cause });
  });
}
