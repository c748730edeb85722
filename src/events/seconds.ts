/** A duration in ms → whole seconds, rounded half up. Sum first: rounding is done once. */
export function seconds(ms: number): number {
  // Sums of event times, which have µs, miss a half by less than this.
  return Math.max(0, Math.floor(ms / 1000 + 0.5 + 1e-7));
}

/** From when to when, ms epoch. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** The spans in order, overlapping ones merged. */
export function union(spans: readonly Span[]): Span[] {
  const merged: { from: number; to: number }[] = [];
  for (const { from, to } of [...spans].sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to);
    else if (to > from) merged.push({ from, to });
  }
  return merged;
}

/** ms covered by any of the spans. */
export function total(spans: readonly Span[]): number {
  return union(spans).reduce((sum, { from, to }) => sum + to - from, 0);
}

/** ms covered by `spans` and not by `others`. */
export function without(spans: readonly Span[], others: readonly Span[]): number {
  return total([...spans, ...others]) - total(others);
}
