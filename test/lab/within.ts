/**
 * Milliseconds that a wait lasts at most when no bound is given. Only what is broken reaches it: even a machine with one
 * busy core needs a small part of it, and a passing test does not take longer because of it.
 */
export const patience = 240_000;

/** The promise, bounded: rejects with what was expected when it takes longer than `milliseconds`. */
export async function within<T>(milliseconds: number, expected: () => string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`not within ${milliseconds} ms: ${expected()}`));
    }, milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Polls until `look` gives something else than `undefined` or `false`, which it returns. The longer it has waited, the
 * less often it looks: never later than by a tenth of the wait, and 20 ms.
 */
export async function eventually<T>(
  expected: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  milliseconds = patience,
): Promise<T> {
  const begun = Date.now();
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    const waited = Date.now() - begun;
    if (waited > milliseconds) throw new Error(`not within ${milliseconds} ms: ${expected}`);
    await new Promise((resolve) => setTimeout(resolve, Math.min(20 + waited / 10, 200)));
  }
}
