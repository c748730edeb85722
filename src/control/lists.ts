import type { Lists } from '../picture/rebuild.ts';
import type { ControlDeps } from './deps.ts';
import { fetchEndpoints } from './endpoints.ts';

/** Asks Asterisk for everything the picture is rebuilt from. */
export async function fetchLists(deps: Pick<ControlDeps, 'ami'>): Promise<Lists> {
  const [channels, queues, hints, endpoints] = await Promise.all([
    deps.ami.list('CoreShowChannels'),
    deps.ami.list('QueueStatus'),
    deps.ami.list('ExtensionStateList'),
    fetchEndpoints(deps),
  ]);
  return { channels: channels.items, queues: queues.items, hints: hints.items, endpoints };
}
