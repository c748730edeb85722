/** The waits of a client, all in ms. */
export interface Timing {
  /** Until the greeting is read. */
  readonly connect: number;
  /** Until the login is answered; Asterisk takes 1 s to refuse one. */
  readonly login: number;
  /** From login to FullyBooted. */
  readonly boot: number;
  /** For the answer of an action, when the action names no deadline. */
  readonly deadline: number;
  /** Without a byte until a Ping. */
  readonly ping: number;
  /** For the other side to close after Logoff. */
  readonly logoff: number;
  /** First and longest wait before connecting again. */
  readonly backoffMin: number;
  readonly backoffMax: number;
  /** Before trying a login again that was refused: nothing changes until a person changes it. */
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
