import type { Asterisk } from './asterisk.ts';
import type { Call } from './call.ts';
import { Phone } from './phone.ts';
import type { Headers } from './sip-message.ts';

/**
 * The telephone company at the far side of the trunk. Calls out arrive here: set `behaviour` (`answer`, 404, 503,
 * `ring`, or by number). `callIn` places a call from outside.
 */
export class Provider extends Phone {
  constructor(asterisk: Asterisk) {
    const { trunkHost, trunkPort, sipPort } = asterisk;
    super({ user: 'provider', password: undefined, serverPort: sipPort, host: trunkHost, port: trunkPort });
  }

  /** A call from a number outside to a DID, with further headers of the INVITE. */
  async callIn(from: string, did: string, name = '', headers: Headers = []): Promise<Call> {
    return this.call(did, { number: from, name, headers });
  }
}
