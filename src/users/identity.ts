/**
 * What a person, or a screen, may do. `wallboard`: see the figures of queues, nobody's number or name. `agent`: what
 * concerns the own extension, and see the states of colleagues. `supervisor`: everything about calls, queues and records.
 * `admin`: also the blacklist, replay and deliveries. In ascending order.
 */
export const roles = ['wallboard', 'agent', 'supervisor', 'admin'] as const;

/** One of `roles`. */
export type Role = (typeof roles)[number];

/** Who asks. */
export interface Identity {
  /** As they signed in; `''` for a client with the token of the day (contract §2), or with none where none is needed. */
  readonly name: string;
  readonly role: Role;
  /** `''`: none. */
  readonly extension: string;
}

/** Whoever knows the WEBKEY, or is let in without one. */
export const keyHolder: Identity = { name: '', role: 'admin', extension: '' };

/** Whoever asks for what is open to all: nobody is asked who they are there. */
export const nobody: Identity = { name: '', role: 'agent', extension: '' };

/** Whether a role includes all that another may do. */
export function includesRole(role: Role, wanted: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(wanted);
}
