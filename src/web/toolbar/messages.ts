import { box } from './box.ts';

/** What is said to the page around the bar: JSON, `{coocenter: 1, type, …}` (docs/pages.md). */
export type Said = Readonly<Record<string, unknown>> & { readonly type: string };

/** The page that shows the bar in a frame, or has opened it; `undefined`: it stands alone. */
function partner(): Window | undefined {
  if (window.parent !== window) return window.parent;
  return (window.opener as Window | null) ?? undefined;
}

/** Whose page that is, once it has spoken. */
let heard = '';

/** To whom it is said: the origin of the page around, if it is known, else each that api.conf names. */
function targets(): readonly string[] {
  const origins = box.peek()?.origins ?? [];
  // Firefox does not know ancestorOrigins.
  const [top = document.referrer] = 'ancestorOrigins' in location ? location.ancestorOrigins : [];
  const around = heard || origin(top);
  return origins.includes(around) ? [around] : origins;
}

function origin(address: string): string {
  return URL.canParse(address) ? new URL(address).origin : '';
}

/** Says something to the page around the bar, if api.conf names its origin; a browser delivers it to no other. */
export function say(said: Said): void {
  const to = partner();
  if (to === undefined) return;
  for (const target of targets()) to.postMessage({ coocenter: 1, ...said }, target);
}

/** Listens to the page around the bar, if api.conf names its origin; returns what ends that. */
export function hear(take: (said: Said) => void): () => void {
  const onMessage = ({ origin: from, source, data }: MessageEvent<unknown>): void => {
    if (source === null || source !== partner() || box.peek()?.origins.includes(from) !== true) return;
    if (typeof data !== 'object' || data === null) return;
    const { coocenter, type } = data as { readonly coocenter?: unknown; readonly type?: unknown };
    if (coocenter !== 1 || typeof type !== 'string') return;
    heard = from;
    take(data as Said);
  };
  addEventListener('message', onMessage);
  return () => {
    removeEventListener('message', onMessage);
  };
}
