import { computed, effect, signal } from '@preact/signals';
import { claim } from '../base/claim.ts';
import { box } from './box.ts';
import { say } from './messages.ts';
import { ownCall } from './own-call.ts';
import { filled } from './pop-address.ts';
import { toldOf } from './protocol.ts';

/** The page of the customer who is on the line, to be opened by hand; `''`: there is none. */
export const popAddress = signal('');

/** Whether the browser did not let the bar open it by itself. */
export const isPopBlocked = signal(false);

/** Milliseconds by which tabs that nobody sees come later. */
const hiddenWait = 150;

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
    void isFirst(uuid).then((isOurs) => {
      if (isOurs) open(url);
    });
  });
}

/** The tab of all customers, where one is for all. */
const oneTab = 'coocenter-customer';

/** Opens an address where api.conf says; what begins with anything but http is a program of this computer. */
export function open(address: string): void {
  isPopBlocked.value = false;
  const url = wholeOf(address);
  if (!isPage(url)) {
    location.assign(url);
    return;
  }
  const opened = box.peek()?.popIn === 'new_tab' ? openNew(url) : window.open(url, oneTab);
  isPopBlocked.value = opened === null;
}

/** The same as a link: what is clicked no browser keeps shut. */
export function linkTo(address: string): { readonly href: string; readonly target?: string; readonly rel?: string } {
  const href = wholeOf(address);
  if (!isPage(href)) return { href };
  return box.value?.popIn === 'new_tab' ? { href, target: '_blank', rel: 'noopener' } : { href, target: oneTab };
}

/** Written without a scheme it is a page; a number after the colon is a port. */
function wholeOf(address: string): string {
  return /^[a-z][a-z0-9+-]*:(?!\d)/i.test(address) ? address : `http://${address}`;
}

const isPage = (url: string): boolean => /^https?:/i.test(url);

/** A tab that knows nothing of the bar. */
function openNew(url: string): Window | null {
  const opened = window.open('about:blank', '_blank');
  if (opened === null) return null;
  opened.opener = null;
  opened.location.replace(url);
  return opened;
}

/** Of several tabs one opens it, once: one that is seen rather than one that is not. */
async function isFirst(uuid: string): Promise<boolean> {
  if (document.hidden) await new Promise((resolve) => setTimeout(resolve, hiddenWait));
  return await claim(uuid);
}
