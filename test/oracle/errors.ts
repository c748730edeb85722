/** The lines of a daemon's log that say an error (journald priority 3 and above, sd-daemon(3)). */
export function errorsIn(output: string): string[] {
  return output.split('\n').filter((line) => /^<[0-3]>/.test(line));
}
