/**
 * What went wrong with an action or a connection:
 * - `refused-action`: not on the allow-list, or an Originate that is not asynchronous; nothing was sent
 * - `refused-value`: a field that would not survive the wire (CR, LF, NUL, too long, too many); nothing was sent
 * - `not-connected`: asked while there is no connection that can take actions; nothing was sent
 * - `unreachable`: nobody answers at host:port
 * - `authentication`: Asterisk is there and refuses this user or secret
 * - `protocol`: the peer does not speak AMI, or sent a message or list over its limit
 * - `timeout`: no answer within the deadline
 * - `disconnected`: the connection ended; an action that was waiting may or may not have been carried out
 */
export type AmiErrorKind =
  | 'refused-action'
  | 'refused-value'
  | 'not-connected'
  | 'unreachable'
  | 'authentication'
  | 'protocol'
  | 'timeout'
  | 'disconnected';

/** Any failure of the manager interface, told apart by `kind`. It never holds a value that was to be sent. */
export class AmiError extends Error {
  readonly kind: AmiErrorKind;

  constructor(kind: AmiErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'AmiError';
    this.kind = kind;
  }
}
