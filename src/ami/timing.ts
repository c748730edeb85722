/** How long a client waits, in ms. */
export interface Timing {
  /** Until the greeting is read. */
  readonly connect: number;
  /** Until the login is answered; Asterisk takes 1 s to refuse one. */
  readonly login: number;
  /** From login to FullyBooted. */
  readonly boot: number;
  /** For the answer to an action that names no deadline. */
  readonly deadline: number;
  /** Without a byte until a Ping. */
  readonly ping: number;
  /** For the other side to close after Logoff. */
  readonly logoff: number;
  /** First and longest wait before connecting again. */
  readonly backoffMin: number;
  readonly backoffMax: number;
  /** Before a refused login is tried again: it stays refused until a person changes something. */
  readonly refused: number;
}

export const usualTiming: Timing = {
  connect: 5_000,
  login: 10_000,
  boot: 120_000,
  deadline: 10_000,
  ping: 10_000,
  logoff: 1_000,
  backoffMin: 200,
  backoffMax: 10_000,
  refused: 10_000,
};
