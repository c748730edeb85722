/**
 * The environment of a process that runs as it is installed, in time and in memory: what tap loads into every process is
 * for the tests, and so is the cache of compiled code.
 */
export function bareEnv(): NodeJS.ProcessEnv {
  return { ...process.env, NODE_OPTIONS: '', NODE_COMPILE_CACHE: undefined };
}
