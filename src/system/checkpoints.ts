/**
 * Short texts of other parts of the daemon, kept among the records, such as how far a log was read: one is durable only when every record that was
 * added before it is, and a crash takes both back to the same moment.
 */
export interface Checkpoints {
  /** The newest text of that name. Throws while the disk cannot be read. */
  checkpoint(name: string): string | undefined;
  /** Never fails: while the disk takes nothing it waits in memory, the newest of each name. */
  setCheckpoint(name: string, text: string): void;
  /** Whether what is taken becomes durable; else it is in memory, which is bounded, and may be dropped. */
  readonly isSafe: boolean;
  /** Resolves when all that was taken so far is durable, or the disk fails. */
  settled(): Promise<void>;
}
