import type { AmiActions } from '../ami/refusals.ts';

/** A phone that Originate can ring. */
export interface Phone {
  /** `PJSIP/808`. */
  readonly device: string;
  /** For Originate: the device, or one of several contacts registered under it. */
  readonly dial: string;
}

/** The value of a function of Asterisk; `undefined` if there is no such function, or no value. */
async function read(ami: Pick<AmiActions, 'action'>, expression: string): Promise<string | undefined> {
  const response = await ami.action('Getvar', { Variable: expression });
  const value = response.get('Value');
  return response.name !== 'Success' || value === '' ? undefined : value;
}

const nameOf = (device: string): string => device.slice(device.indexOf('/') + 1);

/** The longest value that Getvar returns whole (main/manager.c, action_getvar: `workspace`). */
const wholeLength = 1_022;

/**
 * The contacts of a PJSIP endpoint that are registered and reachable, each as Dial() takes it: `PJSIP/800/sip:800@…`.
 * Dial() of the endpoint alone rings only the first of them.
 */
export async function contactsOf(ami: Pick<AmiActions, 'action'>, device: string): Promise<string[]> {
  const value = (await read(ami, `PJSIP_DIAL_CONTACTS(${nameOf(device)})`)) ?? '';
  const contacts = value.split(`&${device}/`).map((text, at) => (at === 0 ? text : `${device}/${text}`));
  if (value.length > wholeLength) contacts.pop();
  return contacts.filter((text) => text.startsWith(`${device}/`));
}

/** The phones that are registered under a device; a device of another technology than SIP is taken for one. */
export async function registered(ami: Pick<AmiActions, 'action'>, device: string): Promise<Phone[]> {
  switch (device.slice(0, device.indexOf('/'))) {
    case 'PJSIP': {
      const dials = await contactsOf(ami, device);
      return dials.map((dial) => ({ device, dial: dials.length === 1 ? device : dial }));
    }
    case 'SIP': {
      const address = await read(ami, `SIPPEER(${nameOf(device)},ip)`);
      return address === undefined || address === '(null)' ? [] : [{ device, dial: device }];
    }
    default:
      return [{ device, dial: device }];
  }
}

/**
 * The phones to ring for an extension: all that are registered under any of its devices. If there are none, the first
 * device, so that Asterisk says why it cannot be rung.
 */
export async function phonesOf(
  { ami }: { readonly ami: Pick<AmiActions, 'action'> },
  devices: readonly [string, ...string[]],
): Promise<readonly [Phone, ...Phone[]]> {
  const [device, ...others] = devices;
  const first: Phone = { device, dial: device };
  if (others.length === 0 && !device.startsWith('PJSIP/')) return [first];
  const found = await Promise.all(devices.map((one) => registered(ami, one)));
  const [one = first, ...rest] = found.flat();
  return [one, ...rest];
}

/** By technology: the function that tells the context in which a phone dials. */
const contextFunctions = new Map([
  ['PJSIP', 'PJSIP_ENDPOINT'],
  ['SIP', 'SIPPEER'],
]);

/** The context in which a phone dials; `undefined` if Asterisk does not say. */
export async function contextOf(
  { ami }: { readonly ami: Pick<AmiActions, 'action'> },
  device: string,
): Promise<string | undefined> {
  const name = contextFunctions.get(device.slice(0, device.indexOf('/')));
  return name === undefined ? undefined : read(ami, `${name}(${nameOf(device)},context)`);
}
