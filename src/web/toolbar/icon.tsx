import type { JSX } from 'preact';

const paths = {
  dial: 'M3 1.5h3l1.5 4-2 1.5a9 9 0 0 0 3.5 3.5l1.5-2 4 1.5v3a1.5 1.5 0 0 1-1.6 1.5A13 13 0 0 1 1.5 3.1 1.5 1.5 0 0 1 3 1.5z',
  transfer: 'M10 1.5l4.5 4-4.5 4V7H2V4h8zM6 6.500v0zM6 14.500L1.5 11 6 7.500V9.500h8v3H6z',
  hangUp:
    'M8 5c3.5 0 6 1.2 7 2.8.5.9.5 2 0 2.700l-3-.8-.5-2a10 10 0 0 0-7 0L4 9.700l-3 .800c-.5-.7-.5-1.8 0-2.700C2 6.2 4.5 5 8 5z',
  history:
    'M8 1.500a6.5 6.5 0 1 1-6.2 4.500l1.9.600A4.5 4.5 0 1 0 4.8 4.800L6.5 6.500h-5v-5l1.9 1.900A6.5 6.5 0 0 1 8 1.500zM7.2 4.500h1.600v3.200l2.2 2.2-1.1 1.1-2.7-2.700z',
  menu: 'M2 3h12v2H2zM2 7h12v2H2zM2 11h12v2H2z',
  more: 'M3 5l5 5 5-5 1.400 1.400L8 12.800 1.600 6.400z',
  copy: 'M5 1h9v10h-2v3H2V4h3zM6.5 2.500v7h6v-7zM5 5.500H3.500v7h7V11H5z',
  open: 'M9 2h5v5h-2V5.400L7.4 10 6 8.6 10.6 4H9zM2 4h5v2H4v6h6V9h2v5H2z',
} as const;

/** A drawing on a button; what the button is called says the same. */
export function Icon({ is }: { readonly is: keyof typeof paths }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={paths[is]} fill-rule="evenodd" />
    </svg>
  );
}
