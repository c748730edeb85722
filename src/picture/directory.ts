import { glob } from './glob.ts';

/** What the configuration says about devices (api.conf `[extensions]`, `[dialplan] trunks` and `internal`). */
export interface DirectorySettings {
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

/** An endpoint of PJSIP or a peer of chan_sip. */
export interface Endpoint {
  readonly technology: 'SIP' | 'PJSIP';
  readonly name: string;
  /**
   * `registers`: a phone; `fixed`: its address is configured, the mark of a trunk; `none`: nowhere to be reached
   * (`anonymous`, a template).
   */
  readonly address: 'registers' | 'fixed' | 'none';
}

const technologies = new Set(['SIP', 'PJSIP', 'IAX2', 'DAHDI', 'SCCP', 'MGCP', 'Skinny', 'MOTIF', 'USTM', 'Local']);

/** The devices a hint watches that can be dialled: `PJSIP/800&Custom:DND800` → `['PJSIP/800']`. */
export function hintDevices(hint: string): string[] {
  return hint.split(/[&,]/).filter((part) => technologies.has(part.slice(0, part.indexOf('/'))));
}

/** Patterns like `_80X` and feature codes have hints too, but are nobody's extension. */
export function isExtensionName(exten: string): boolean {
  return /^[0-9A-Za-z][0-9A-Za-z_.-]{0,39}$/.test(exten);
}

/**
 * Who sits behind which device. An extension's device comes from api.conf, else from its hint, else it is the endpoint
 * or peer of that name.
 */
export class Directory {
  /** extension → context → hint. */
  readonly hints = new Map<string, Map<string, Hint>>();
  /** By device (`PJSIP/800`). */
  readonly endpoints = new Map<string, Endpoint>();
  private settings: DirectorySettings;
  private byDevice: Map<string, string> | undefined;

  constructor(settings: DirectorySettings) {
    this.settings = settings;
  }

  /** Takes a re-read configuration. */
  configure(settings: DirectorySettings): void {
    this.settings = settings;
    this.byDevice = undefined;
  }

  /** Stores what Asterisk says of a hint; a hint that watches nothing any more (`Removed`, -1) goes. */
  setHint(exten: string, hint: Hint): void {
    let contexts = this.hints.get(exten);
    if (contexts?.get(hint.context)?.hint !== hint.hint) this.byDevice = undefined;
    if (Number(hint.status) < 0) {
      contexts?.delete(hint.context);
      if (contexts?.size === 0) this.hints.delete(exten);
      return;
    }
    if (contexts === undefined) {
      contexts = new Map<string, Hint>();
      this.hints.set(exten, contexts);
    }
    contexts.set(hint.context, hint);
  }

  /** Forgets every hint, before a list tells them anew. */
  clearHints(): void {
    this.hints.clear();
    this.byDevice = undefined;
  }

  /** Takes the endpoints and peers that Asterisk has now. */
  setEndpoints(endpoints: Iterable<Endpoint>): void {
    this.endpoints.clear();
    for (const endpoint of endpoints) this.endpoints.set(`${endpoint.technology}/${endpoint.name}`, endpoint);
    this.byDevice = undefined;
  }

  /** The hint that speaks for an extension: the one of an internal context before any other. */
  hintOf(exten: string): Hint | undefined {
    const contexts = this.hints.get(exten);
    if (contexts === undefined) return undefined;
    for (const hint of contexts.values()) if (glob(this.settings.internal, hint.context)) return hint;
    return contexts.values().next().value;
  }

  /** The device of an extension (`PJSIP/808`), `undefined` for a number that is nobody's. */
  deviceOf(exten: string): string | undefined {
    const configured = this.settings.extensions.get(exten);
    if (configured !== undefined) return configured;
    const hint = this.hintOf(exten);
    const device = hint === undefined ? undefined : hintDevices(hint.hint)[0];
    if (device !== undefined) return device;
    for (const technology of ['PJSIP', 'SIP']) {
      const name = `${technology}/${exten}`;
      const endpoint = this.endpoints.get(name);
      if (endpoint !== undefined && this.isPhone(endpoint)) return name;
    }
    return undefined;
  }

  /** The extension behind a device or a queue member's interface, `''` for a trunk or a stranger. */
  extensionOf(device: string): string {
    // FreePBX's members are Local/808@from-queue/n: the dialplan's extension is in the name.
    if (device.startsWith('Local/')) return device.slice(6).replace(/[@/].*$/, '');
    this.byDevice ??= this.index();
    return this.byDevice.get(device) ?? '';
  }

  /** Whether what is behind a device is the outside world: named by `trunks`, else nobody's extension. */
  isTrunk(device: string): boolean {
    if (glob(this.settings.trunks, device)) return true;
    if (this.settings.trunks.length > 0 || device.startsWith('Local/')) return false;
    return this.extensionOf(device) === '';
  }

  /** Every extension that is known: configured, with a hint, or an endpoint that is no trunk. Sorted as people count. */
  extensions(): string[] {
    const all = new Set([...this.settings.extensions.keys(), ...this.hints.keys()]);
    for (const endpoint of this.endpoints.values()) {
      if (this.isPhone(endpoint)) all.add(endpoint.name);
    }
    return [...all].sort(byNumber);
  }

  /** An endpoint with a fixed address is a trunk, unless `trunks` says which are. */
  private isPhone({ technology, name, address }: Endpoint): boolean {
    if (this.settings.trunks.length === 0) return address === 'registers';
    return address !== 'none' && !glob(this.settings.trunks, `${technology}/${name}`);
  }

  private index(): Map<string, string> {
    const index = new Map<string, string>();
    for (const exten of this.extensions()) {
      const device = this.deviceOf(exten);
      if (device !== undefined && !index.has(device)) index.set(device, exten);
    }
    return index;
  }
}

/** 99 before 800 before 8001 before letters. */
export function byNumber(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}
