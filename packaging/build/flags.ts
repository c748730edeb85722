/**
 * The flags of V8 in the executable, each kept because it was measured to pay (`node test/package/flags.ts`): a call
 * centre's box has little memory, and Asterisk needs the processor.
 */
export const flags: readonly string[] = [
  '--max-semi-space-size=1',
  '--max-old-space-size=64',
  '--single-threaded',
  '--optimize-for-size',
];
