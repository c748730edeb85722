import { escapeControls } from '../system/control-characters.ts';
import type { Listener } from '../store/access.ts';
import type { Maker } from './recording-link.ts';
import type { Request } from './route.ts';

/** Characters of X-Forwarded-For that are kept. */
const mostForwarded = 100;

/** Who hears a recording: who asks, or, by a link, whoever has it from its maker. */
export function listenerOf({ headers, identity, means, remote }: Request, maker?: Maker): Listener {
  const forwarded = headers['x-forwarded-for'] ?? '';
  return {
    name: maker?.name ?? identity.name,
    role: maker?.role ?? identity.role,
    means: maker === undefined ? means : 'link',
    remote,
    forwardedFor: escapeControls(String(forwarded).slice(0, mostForwarded)),
  };
}
