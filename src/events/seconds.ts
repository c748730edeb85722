/** A duration of so many ms in whole seconds, rounded half up once, after all that belongs to it was summed. */
export function seconds(ms: number): number {
  // Event times have µs: sums of them miss a half by less than that.
  return Math.max(0, Math.floor(ms / 1000 + 0.5 + 1e-7));
}

/** From when to when, ms epoch. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Spans without those that overlap: in order, each ms once. */
export function union(spans: readonly Span[]): Span[] {
  const merged: { from: number; to: number }[] = [];
  for (const { from, to } of [...spans].sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to);
    else if (to > from) merged.push({ from, to });
  }
  return merged;
}

/** ms of all spans together, each ms once. */
export function total(spans: readonly Span[]): number {
  return union(spans).reduce((sum, { from, to }) => sum + to - from, 0);
}

/** ms that lie in one of `spans` and in none of `others`. */
export function without(spans: readonly Span[], others: readonly Span[]): number {
  return total([...spans, ...others]) - total(others);
}
