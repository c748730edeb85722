/**
 * Gives a function that asks for the task and may be called at any time: the task never runs twice at once, and runs once
 * more if it was asked for, however often, while it ran. It must not reject.
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
