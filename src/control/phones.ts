import type { AmiActions } from '../ami/refusals.ts';

/** A phone that Originate can ring. */
export interface Phone {
  /** `PJSIP/808`. */
  readonly device: string;
  /** As Originate takes it: the device, or one of several contacts that are registered under it. */
  readonly dial: string;
}

/** What a function of Asterisk says, `undefined` when there is no such function, or it is not told. */
async function read(ami: Pick<AmiActions, 'action'>, expression: string): Promise<string | undefined> {
  const response = await ami.action('Getvar', { Variable: expression });
  const value = response.get('Value');
  return response.name !== 'Success' || value === '' ? undefined : value;
}

const nameOf = (device: string): string => device.slice(device.indexOf('/') + 1);

/** Longest value that Getvar gives whole (main/manager.c, action_getvar: `workspace`). */
const wholeLength = 1_022;

/**
 * The contacts of an endpoint that are registered and can be reached: `PJSIP/800/sip:800@…&PJSIP/800/sip:…`. Dial() of
 * the mere endpoint rings the first of them only.
 */
async function contactsOf(ami: Pick<AmiActions, 'action'>, device: string): Promise<Phone[]> {
  const value = (await read(ami, `PJSIP_DIAL_CONTACTS(${nameOf(device)})`)) ?? '';
  const contacts = value.split(`&${device}/`).map((text, at) => (at === 0 ? text : `${device}/${text}`));
  if (value.length > wholeLength) contacts.pop();
  const dials = contacts.filter((text) => text.startsWith(`${device}/`));
  return dials.map((dial) => ({ device, dial: dials.length === 1 ? device : dial }));
}

async function registered(ami: Pick<AmiActions, 'action'>, device: string): Promise<Phone[]> {
  switch (device.slice(0, device.indexOf('/'))) {
    case 'PJSIP':
      return contactsOf(ami, device);
    case 'SIP': {
      const address = await read(ami, `SIPPEER(${nameOf(device)},ip)`);
      return address === undefined || address === '(null)' ? [] : [{ device, dial: device }];
    }
    default:
      return [{ device, dial: device }];
  }
}

/**
 * The phones to be rung for an extension: all that are registered under any of its devices. When there is none, the first
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

/** Which function tells the context in which a phone of that technology dials. */
const contextFunctions = new Map([
  ['PJSIP', 'PJSIP_ENDPOINT'],
  ['SIP', 'SIPPEER'],
]);

/** The context in which a phone dials, `undefined` when Asterisk does not tell. */
export async function contextOf(
  { ami }: { readonly ami: Pick<AmiActions, 'action'> },
  device: string,
): Promise<string | undefined> {
  const name = contextFunctions.get(device.slice(0, device.indexOf('/')));
  return name === undefined ? undefined : read(ami, `${name}(${nameOf(device)},context)`);
}
