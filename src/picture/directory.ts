import type { Endpoint } from '../snapshot/endpoints.ts';
import { canonical, devicesIn, hintDevices, isPersonal } from './devices.ts';
import { glob } from './glob.ts';

/** Devices without endpoint or peer that are remembered at most; of more than that a list is not asked for. */
const mostUnlisted = 1_000;

/** What api.conf says about devices: `[extensions]`, and `trunks` and `internal` of `[dialplan]`. */
export interface DirectorySettings {
  /** extension → its device, or several joined by `&`. */
  readonly extensions: ReadonlyMap<string, string>;
  readonly trunks: readonly string[];
  readonly internal: readonly string[];
}

/** An extension of the dialplan that has a hint. */
export interface Hint {
  readonly context: string;
  /** The hint's own text: `PJSIP/800&Custom:DND800`. */
  readonly hint: string;
  /** AST_EXTENSION bit field (contract §3.4). */
  readonly status: string;
  readonly statusText: string;
}

/** Whether a name can be somebody's extension. Patterns like `_80X` and feature codes have hints too, and cannot. */
export function isExtensionName(exten: string): boolean {
  return /^[0-9A-Za-z][0-9A-Za-z_.-]{0,39}$/.test(exten);
}

/**
 * Why a device belongs to an extension, strongest first: api.conf says so; it is in the hint of the extension that has
 * the device's name; it is in another hint; it is the endpoint with the extension's name.
 */
const reasons = ['configured', 'own hint', 'hint', 'endpoint'] as const;
type Reason = (typeof reasons)[number];

/**
 * Which extension is behind which devices. An extension's devices come from api.conf; if it names none, from the
 * extension's hint; if that has none, it is the endpoint or peer of that name. Each device belongs to one extension.
 */
export class Directory {
  /** extension → context → hint. */
  readonly hints = new Map<string, Map<string, Hint>>();
  /** By device (`PJSIP/800`). */
  readonly endpoints = new Map<string, Endpoint>();
  /** Devices that have channels and were not listed, since the list changed last. */
  readonly #unlisted = new Set<string>();
  #settings: DirectorySettings;
  #byDevice: ReadonlyMap<string, string> | undefined;

  constructor(settings: DirectorySettings) {
    this.#settings = settings;
  }

  /** Takes a re-read configuration. */
  configure(settings: DirectorySettings): void {
    this.#settings = settings;
    this.#byDevice = undefined;
  }

  /**
   * Takes the hints that Asterisk lists, without those that watch nothing any more (`Removed`, -1). Only a list says
   * what an extension's devices are: a caller can forge an event, but not an item of a list. Returns whether a hint
   * came, went or changed its text.
   */
  setHints(listed: Iterable<readonly [exten: string, hint: Hint]>): boolean {
    const before = new Set(linesOf(this.hints));
    this.hints.clear();
    for (const [exten, hint] of listed) {
      if (Number(hint.status) < 0 || !isPersonal(hint.hint)) continue;
      const contexts = this.hints.get(exten) ?? new Map<string, Hint>();
      this.hints.set(exten, contexts.set(hint.context, hint));
    }
    const after = linesOf(this.hints);
    if (after.length === before.size && after.every((line) => before.has(line))) return false;
    this.#byDevice = undefined;
    return true;
  }

  /**
   * Takes the status that an event tells of a listed hint. Returns false if the event shows that the list is outdated:
   * it names a hint that was not listed, or one that is gone.
   */
  setStatus(exten: string, told: Hint): boolean {
    const contexts = this.hints.get(exten);
    const listed = contexts?.get(told.context);
    if (contexts === undefined || listed === undefined) return !isPersonal(told.hint);
    if (listed.hint !== told.hint || !(Number(told.status) >= 0)) return false;
    contexts.set(told.context, told);
    return true;
  }

  /** Takes the endpoints and peers that Asterisk has now; returns whether they differ from those before. */
  setEndpoints(endpoints: Iterable<Endpoint>): boolean {
    const before = new Map(this.endpoints);
    this.endpoints.clear();
    for (const endpoint of endpoints) this.endpoints.set(`${endpoint.technology}/${endpoint.name}`, endpoint);
    const isSame = [...this.endpoints].every(([name, { address }]) => before.get(name)?.address === address);
    if (isSame && before.size === this.endpoints.size) return false;
    this.#byDevice = undefined;
    this.#unlisted.clear();
    return true;
  }

  /**
   * Whether a device must have come after the endpoints and peers were listed. True once for each device: guests of
   * chan_sip are devices that no list ever names.
   */
  isNewDevice(device: string): boolean {
    if (this.endpoints.size === 0 || !/^(PJSIP|SIP)\//.test(device) || this.endpoints.has(device)) return false;
    if (this.#unlisted.has(device) || this.#unlisted.size >= mostUnlisted) return false;
    this.#unlisted.add(device);
    return true;
  }

  /** The hint that counts for an extension: one of an internal context before any other. */
  hintOf(exten: string): Hint | undefined {
    return this.#hintsOf(exten)[0];
  }

  /** The devices of an extension (`PJSIP/808`, `PJSIP/web808`); none for a number that is nobody's. */
  devicesOf(exten: string): readonly string[] {
    const { devices } = this.#named(exten);
    const owners = new Set(devices.map((device) => this.#ownerOf(device)));
    if (owners.has(exten)) return devices.filter((device) => this.#ownerOf(device) === exten);
    // One person's second number is theirs. A number that rings several people's phones is a group's.
    return owners.size === 1 ? devices : [];
  }

  /** Whether a number is somebody's extension, with a device that can be called. */
  isExtension(exten: string): boolean {
    return this.devicesOf(exten).length > 0;
  }

  /** The extension behind a device or a queue member's interface, `''` for a trunk or a stranger. */
  extensionOf(device: string): string {
    // FreePBX's members are Local/808@from-queue/n: the name holds the dialplan's extension.
    if (/^local\//i.test(device)) return device.slice(6).replace(/[@/].*$/, '');
    return this.#ownerOf(canonical(device));
  }

  /** Whether a device leads outside: `trunks` names it, or if that is empty, it is nobody's extension. */
  isTrunk(device: string): boolean {
    if (glob(this.#settings.trunks, device)) return true;
    if (this.#settings.trunks.length > 0 || device.startsWith('Local/')) return false;
    return this.extensionOf(device) === '';
  }

  /**
   * All known extensions: configured ones, those with a hint, and endpoints that are no trunks. Sorted as people count.
   */
  extensions(): string[] {
    const all = new Set([...this.#settings.extensions.keys(), ...this.hints.keys()]);
    for (const endpoint of this.endpoints.values()) {
      if (this.#isPhone(endpoint)) all.add(endpoint.name);
    }
    return [...all].sort(byNumber);
  }

  /** Whether an endpoint is a phone. One with a fixed address is a trunk, unless `trunks` says which ones are. */
  #isPhone({ technology, name, address }: Endpoint): boolean {
    if (this.#settings.trunks.length === 0) return address === 'registers';
    return address !== 'none' && !glob(this.#settings.trunks, `${technology}/${name}`);
  }

  /** The hints of an extension, those of internal contexts first, in the order in which these are named. */
  #hintsOf(exten: string): Hint[] {
    const rank = ({ context }: Hint): number => {
      const found = this.#settings.internal.findIndex((pattern) => glob([pattern], context));
      return found < 0 ? this.#settings.internal.length : found;
    };
    return [...(this.hints.get(exten)?.values() ?? [])].sort((one, other) => rank(one) - rank(other));
  }

  /** The devices that claim an extension, and why. */
  #named(exten: string): { readonly devices: readonly string[]; readonly by: Reason } {
    const configured = this.#settings.extensions.get(exten);
    if (configured !== undefined) return { devices: devicesIn(configured), by: 'configured' };
    for (const { hint } of this.#hintsOf(exten)) {
      // A hint that watches an outside line has no phone.
      const devices = hintDevices(hint).filter((device) => !glob(this.#settings.trunks, device));
      if (devices.length > 0) return { devices, by: 'hint' };
    }
    const names = ['PJSIP', 'SIP'].map((technology) => `${technology}/${exten}`);
    const phone = names.find((name) => {
      const endpoint = this.endpoints.get(name);
      return endpoint !== undefined && this.#isPhone(endpoint);
    });
    return { devices: phone === undefined ? [] : [phone], by: 'endpoint' };
  }

  #ownerOf(device: string): string {
    this.#byDevice ??= this.#index();
    return this.#byDevice.get(device) ?? '';
  }

  /** Device → its extension. If two hints watch it, the one that watches fewer devices wins. */
  #index(): ReadonlyMap<string, string> {
    const claims = new Map<string, { readonly exten: string; readonly strength: number; readonly size: number }>();
    for (const exten of this.extensions()) {
      const { devices, by } = this.#named(exten);
      for (const device of devices) {
        const isOwn = by === 'hint' && device.slice(device.indexOf('/') + 1) === exten;
        const claim = { exten, strength: reasons.indexOf(isOwn ? 'own hint' : by), size: devices.length };
        const before = claims.get(device);
        const isStronger =
          before === undefined ||
          claim.strength < before.strength ||
          (claim.strength === before.strength && claim.size < before.size);
        if (isStronger) claims.set(device, claim);
      }
    }
    return new Map([...claims].map(([device, { exten }]) => [device, exten]));
  }
}

/** Each hint as one line of text, different for different hints. */
function linesOf(hints: Directory['hints']): string[] {
  return [...hints].flatMap(([exten, contexts]) =>
    [...contexts.values()].map(({ context, hint }) => [exten, context, hint].join('\n')),
  );
}

/** 99 before 800 before 8001 before letters. */
export function byNumber(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}
