import { Asterisk } from './asterisk.ts';
import type { AsteriskOptions } from './asterisk.ts';
import { LabAmi } from './ami.ts';
import type { Operator } from './operator.ts';
import { Phone } from './phone.ts';
import { Provider } from './provider.ts';
import type { Places } from './places.ts';
import { placesOf } from './places.ts';
import type { Setup } from './setup.ts';

/** Where a scenario plays: what it may use, whether or not a daemon looks on. */
export interface Stage {
  readonly asterisk: Asterisk;
  /** The contexts of its dialplan. */
  readonly places: Places;
  /** An AMI connection independent of the daemon's. */
  readonly ami: LabAmi;
  readonly provider: Provider;
  readonly operator: Operator;
  /** The phone of an extension, registered when it is first asked for. */
  phone(extension: string): Promise<Phone>;
  /** As `phone`, without registering it. */
  strangePhone(extension: string): Promise<Phone>;
}

/** An Asterisk with its phones, its provider and an AMI connection: all of a stage but the operator. */
export class Scenery {
  readonly asterisk: Asterisk;
  readonly #phones = new Map<string, Phone>();
  #ami: LabAmi | undefined;
  #provider: Provider | undefined;

  constructor(setup: Setup, options: AsteriskOptions = {}) {
    this.asterisk = new Asterisk(setup, options);
  }

  get ami(): LabAmi {
    if (this.#ami === undefined) throw new Error('the scenery was not started');
    return this.#ami;
  }

  get provider(): Provider {
    if (this.#provider === undefined) throw new Error('the scenery was not started');
    return this.#provider;
  }

  async start(): Promise<void> {
    await this.asterisk.start();
    this.#ami = await new LabAmi(this.asterisk.amiPort).start();
    this.#provider = await new Provider(this.asterisk).start();
  }

  /** Ends phones, provider and Asterisk; what was not started is left out. */
  async stop(): Promise<void> {
    for (const phone of this.#phones.values()) phone.stop();
    this.#provider?.stop();
    this.#ami?.stop();
    await this.asterisk.dispose();
  }

  /** The stage, its requests done by `operator`. */
  stage(operator: Operator): Stage {
    return {
      asterisk: this.asterisk,
      places: placesOf(this.asterisk.dialplan),
      ami: this.ami,
      provider: this.provider,
      operator,
      phone: async (extension) => {
        const known = this.#phones.get(extension);
        if (known !== undefined) return known;
        const phone = await this.strangePhone(extension);
        await phone.register();
        return phone;
      },
      strangePhone: (extension) => this.strangePhone(extension),
    };
  }

  async strangePhone(extension: string): Promise<Phone> {
    const known = this.#phones.get(extension);
    if (known !== undefined) return known;
    const phone = new Phone({ user: extension, serverPort: this.asterisk.sipPort });
    this.#phones.set(extension, phone);
    return phone.start();
  }
}
