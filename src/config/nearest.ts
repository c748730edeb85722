/**
 * The candidate that is meant by a mistyped word, in any case; `undefined` when none is near (a third of its letters).
 */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Infinity;
  for (const candidate of candidates) {
    const most = Math.max(1, Math.ceil(candidate.length / 3));
    // At least as many edits as one word is longer: a whole file on one line is not measured.
    if (Math.abs(word.length - candidate.length) > most) continue;
    const distance = edits(word.toLowerCase(), candidate.toLowerCase());
    if (distance < least && distance <= most) {
      best = candidate;
      least = distance;
    }
  }
  return best;
}

/** Letters to insert, remove or replace to get from one word to the other (Levenshtein). */
function edits(from: string, to: string): number {
  let above = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 0; row < from.length; row++) {
    const current = [row + 1];
    for (let column = 0; column < to.length; column++) {
      const replaced = (above[column] ?? 0) + (from[row] === to[column] ? 0 : 1);
      current.push(Math.min(replaced, (above[column + 1] ?? 0) + 1, (current[column] ?? 0) + 1));
    }
    above = current;
  }
  return above[to.length] ?? 0;
}
