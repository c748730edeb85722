import { computed, effect, signal } from '@preact/signals';
import { kept } from '../base/kept.ts';
import { box } from './box.ts';
import { say } from './messages.ts';
import { ownCall, type OwnCall } from './own-call.ts';
import { toldOf } from './protocol.ts';

/** The page of the customer who is on the line, to be opened by hand; `''`: there is none. */
export const popAddress = signal('');

/** Whether the browser did not let the bar open it by itself. */
export const isPopBlocked = signal(false);

/** Calls for which a tab of this browser has opened a page: `uuid tab`, newest last. */
const popped = kept('bar.popped');
/** As many are remembered. */
const most = 20;
const self = Math.random().toString(36).slice(2);

/** Milliseconds: tabs that nobody sees come later; without locks, all look once more whether another one came first. */
const wait = { hidden: 150, settle: 250, locked: 30_000 };

/** The address with its placeholders filled; whatever a caller sent is a part of it and no more (RFC 3986 §2.1). */
export function filled(template: string, { number, called, queue, uuid }: PopCall): string {
  const values: Readonly<Record<string, string>> = { caller: number, called, queue, uuid };
  return template.replace(/\$\{(\w+)\}/g, (whole, name: string) =>
    Object.hasOwn(values, name) ? encodeURIComponent((values[name] ?? '').replace(/\p{Cs}/gu, '')) : whole,
  );
}

type PopCall = Pick<OwnCall, 'number' | 'called' | 'queue' | 'uuid'>;

/** Opens the page of whoever calls, as api.conf says; returns what ends that. */
export function popUp(): () => void {
  // A caller of the own phone: neither a colleague who calls directly, nor somebody whom it calls.
  const due = computed(() => {
    const call = ownCall.value;
    const settings = box.value;
    if (call === undefined || settings === undefined || settings.popUrl === '' || !call.isIncoming) return '';
    if (call.direction !== 'inbound' && call.queue === '') return '';
    return settings.popOn !== 'answer' || call.phase === 'talking' || call.phase === 'hold' ? call.uuid : '';
  });
  return effect(() => {
    const uuid = due.value;
    const call = ownCall.peek();
    const settings = box.peek();
    isPopBlocked.value = false;
    if (uuid === '' || call?.uuid !== uuid || settings === undefined) {
      popAddress.value = '';
      return;
    }
    const url = filled(settings.popUrl, call);
    popAddress.value = url;
    if (settings.popOn === 'never') return;
    say({ type: 'popup', url, ...toldOf(call) });
    if (settings.popIn === 'message') return;
    void claim(uuid).then((isOurs) => {
      if (isOurs) open(url);
    });
  });
}

/** Opens an address where api.conf says; what begins with anything but http is a program of this computer. */
export function open(address: string): void {
  isPopBlocked.value = false;
  const url = /^[a-z][a-z0-9+-]*:(?!\d)/i.test(address) ? address : `http://${address}`;
  if (!/^https?:/i.test(url)) {
    location.assign(url);
    return;
  }
  const opened = box.peek()?.popIn === 'new_tab' ? openNew(url) : window.open(url, 'coocenter-customer');
  isPopBlocked.value = opened === null;
}

/** A tab that knows nothing of the bar. */
function openNew(url: string): Window | null {
  const opened = window.open('about:blank', '_blank');
  if (opened === null) return null;
  opened.opener = null;
  opened.location.replace(url);
  return opened;
}

/** Of several tabs one opens it, one that is seen rather than one that is not. */
async function claim(uuid: string): Promise<boolean> {
  const isTaken = (): boolean => lines().some((line) => line.startsWith(`${uuid} `));
  if (document.hidden) await later(wait.hidden);
  if (isTaken() || !(await lock(uuid))) return false;
  popped.value = [...lines(), `${uuid} ${self}`].slice(-most).join('\n');
  if ('locks' in navigator) return true;
  await later(wait.settle);
  // Whoever wrote last is what all tabs read.
  return lines().includes(`${uuid} ${self}`);
}

const lines = (): readonly string[] => popped.peek().split('\n').filter(Boolean);

/**
 * Whether no other tab is about to open it. Browsers have locks for pages by https only; by http, what is kept must tell,
 * which reaches other tabs a little later.
 */
function lock(uuid: string): Promise<boolean> {
  if (!('locks' in navigator)) return Promise.resolve(true);
  return new Promise((resolve) => {
    void navigator.locks.request(`coocenter.pop.${uuid}`, { ifAvailable: true }, (got) => {
      resolve(got !== null);
      // Until every tab knows it by what is kept.
      return got === null ? undefined : later(wait.locked);
    });
  });
}

function later(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
