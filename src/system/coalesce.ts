/**
 * Returns a function that asks for the task and may be called at any time. The task never runs twice at once; if it was
 * asked for, however often, while it ran, it runs once more. It must not reject.
 */
export function coalesce(task: () => Promise<void>): () => void {
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
