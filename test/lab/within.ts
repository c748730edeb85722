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

/** Polls until `look` gives something else than `undefined` or `false`, which it returns. */
export async function eventually<T>(
  expected: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  milliseconds = 5000,
): Promise<T> {
  const limit = Date.now() + milliseconds;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > limit) throw new Error(`not within ${milliseconds} ms: ${expected}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
