/**
 * Short texts of other parts of the daemon, such as how far a log was read, kept among the records: one is durable only
 * when every record that was added before it is, and a crash takes both back to the same moment.
 */
export interface Checkpoints {
  /** The newest text of that name. Throws while the disk cannot be read. */
  checkpoint(name: string): string | undefined;
  /** Never fails: while the disk cannot be written, the newest text of each name waits in memory. */
  setCheckpoint(name: string, text: string): void;
  /** Whether texts become durable. If not, they are in memory, which is bounded, and may be dropped. */
  readonly isSafe: boolean;
  /** Resolves when everything so far is durable, or the disk fails. */
  settled(): Promise<void>;
}
