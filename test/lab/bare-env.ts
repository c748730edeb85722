/**
 * The environment of a process whose memory counts: what tap loads into every process is for the tests, and so is the
 * cache of compiled code; it runs as it is installed.
 */
export function bareEnv(): NodeJS.ProcessEnv {
  return { ...process.env, NODE_OPTIONS: '', NODE_COMPILE_CACHE: undefined };
}
