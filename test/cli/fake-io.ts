import type { Io } from '../../src/cli/io.ts';

/** What a command writes, kept. */
export class FakeIo implements Io {
  /** Standard input. */
  stdin = '';
  stdout = '';
  stderr = '';
  isClosed = false;
  readonly hasColor: boolean;
  readonly isTerminal: boolean;

  constructor(hasColor = false) {
    this.hasColor = hasColor;
    this.isTerminal = hasColor;
  }

  readInput(): Promise<string> {
    return Promise.resolve(this.stdin);
  }

  out(text: string): Promise<void> {
    this.stdout += text;
    return Promise.resolve();
  }

  err(text: string): void {
    this.stderr += text;
  }
}
