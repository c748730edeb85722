import { Fragment, type ComponentChildren, type JSX } from 'preact';
import type { Role } from '../../users/identity.ts';
import { t } from '../base/language.ts';
import { isSignedOut, signOut, who } from '../base/session.ts';
import { SignIn } from './sign-in.tsx';

export interface GateProps {
  /** Who has business here. */
  readonly roles: readonly Role[];
  readonly slim?: boolean;
  /** Made only for who may see it. */
  readonly children: () => ComponentChildren;
}

/** What is behind it is for those who have signed in, and with one of these roles. */
export function Gate({ roles, slim = false, children }: GateProps): JSX.Element {
  if (isSignedOut.value) return <SignIn slim={slim} />;
  const { value: person } = who;
  if (person === undefined) return <p class="gate">{t('signIn.identifying')}</p>;
  // Somebody else begins anew: what was known is what the one before may know.
  const { name, role, extension } = person;
  if (roles.includes(role)) return <Fragment key={`${name} ${role} ${extension}`}>{children()}</Fragment>;
  return (
    <p class="gate">
      {t('signIn.wrongRole', { name: person.name, role: t(`role.${person.role}`) })}{' '}
      <button type="button" class="button" onClick={signOut}>
        {t('preferences.signOut')}
      </button>
    </p>
  );
}
