/** A caller whom nobody answered, until somebody has talked to them. Moments are ms epoch. */
export interface MissedCall {
  /** Id of the call in which the number was lost first. */
  readonly id: string;
  /** As the line showed them last; no name: `''`. */
  readonly number: string;
  readonly name: string;
  readonly calls: number;
  readonly first: number;
  readonly last: number;
  /** Of the last call: its id, its last queue, why it was lost (contract §3.7 missCause), seconds of waiting. */
  readonly uuid: string;
  readonly queue: string;
  readonly cause: string;
  readonly wait: number;
  readonly agentCode: string;
  readonly trunkNumber: string;
  readonly hasVoicemail: boolean;
  /** Of all calls. */
  readonly queues: readonly string[];
  /** Calls back that did not reach the number. */
  readonly tries: number;
  readonly claim?: { readonly extension: string; readonly name: string; readonly at: number };
  readonly closed?: {
    readonly how: 'answered' | 'reached' | 'closed' | 'expired';
    readonly extension: string;
    readonly name: string;
    readonly outcome: string;
    readonly note: string;
    readonly at: number;
  };
  /** How often it was closed, when it was opened again last, and when somebody let go of it last. */
  readonly closings: number;
  readonly reopened?: number;
  readonly released?: number;
}
