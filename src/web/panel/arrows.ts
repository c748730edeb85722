/** Moves the keyboard among what can be chosen in a pane, or among what else is named; whether the key was one for that. */
export function moveIn(pane: HTMLElement, key: string, among = '.pick'): boolean {
  const all = [...pane.querySelectorAll<HTMLElement>(among)];
  const at = all.findIndex((one) => one === document.activeElement);
  if (at < 0) return false;
  const next = nextOf(all, at, key);
  if (next === undefined) return false;
  next.focus();
  return true;
}

function nextOf(all: readonly HTMLElement[], at: number, key: string): HTMLElement | undefined {
  switch (key) {
    case 'ArrowRight':
      return all[at + 1];
    case 'ArrowLeft':
      return all[at - 1];
    case 'Home':
      return all[0];
    case 'End':
      return all.at(-1);
    case 'ArrowDown':
      return nearest(all, at, 1);
    case 'ArrowUp':
      return nearest(all, at, -1);
    default:
      return undefined;
  }
}

/** The nearest of the next line below (`way` 1) or above (-1). */
function nearest(all: readonly HTMLElement[], at: number, way: 1 | -1): HTMLElement | undefined {
  const from = all[at]?.getBoundingClientRect();
  if (from === undefined) return undefined;
  const lines = all
    .map((one) => ({ one, box: one.getBoundingClientRect() }))
    .map(({ one, box }) => ({ one, down: (box.top - from.top) * way, aside: Math.abs(box.left - from.left) }))
    .filter(({ down }) => down > 1);
  const first = Math.min(...lines.map(({ down }) => down));
  return lines.filter(({ down }) => down < first + 2).sort((a, b) => a.aside - b.aside)[0]?.one;
}
