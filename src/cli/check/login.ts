import type { AmiError } from '../../ami/errors.ts';
import type { Config } from '../../config/config.ts';
import { fail, type Finding } from './finding.ts';

/** Why there is no connection with Asterisk, and what mends it. */
export function loginFinding({ host, port, username, secret }: Config['ami'], error: AmiError): Finding {
  const text = `AMI: ${error.message}`;
  switch (error.kind) {
    case 'authentication':
      return fail(
        text,
        secret === ''
          ? '[ami] secret is empty in api.conf: set it to the secret of the account in manager.conf'
          : `make [ami] secret in api.conf and secret in [${username}] of manager.conf the same, and see that its ` +
              'permit has 127.0.0.1; then: asterisk -rx "manager reload"',
      );
    case 'unreachable':
    case 'not-connected':
    case 'disconnected':
      return fail(
        text,
        `is Asterisk running? manager.conf wants in [general]: enabled = yes, port = ${port}, bindaddr = ${host}; ` +
          'then: asterisk -rx "manager reload"',
      );
    case 'timeout':
      return fail(text, `read of [${username}] in manager.conf must have system (or Asterisk is still starting)`);
    case 'protocol':
      return fail(
        text,
        `what answers at ${host} port ${port} is no manager interface: [ami] host and port in api.conf`,
      );
    case 'refused-action':
    case 'refused-value':
      return fail(text, '[ami] username and secret in api.conf must be plain text of one line');
  }
}
