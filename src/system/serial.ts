/**
 * The task as something that may be asked for at any time: it runs once at a time, and once more when it was asked for
 * while it ran. It must not reject.
 */
export function serial(task: () => Promise<void>): () => void {
  let asked = 0;
  let done = 0;
  let running = false;
  const run = async (): Promise<void> => {
    running = true;
    while (done < asked) {
      done = asked;
      await task();
    }
    running = false;
  };
  return () => {
    asked++;
    if (!running) void run();
  };
}
