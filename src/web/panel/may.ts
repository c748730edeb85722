import type { Role } from '../../users/identity.ts';
import { kept } from '../base/kept.ts';
import { who } from '../base/session.ts';

const order: readonly string[] = ['agent', 'supervisor', 'admin'];

/** Whether who signed in has this role, or one above it. The box decides; this decides what is offered. */
export function may(role: Role): boolean {
  const { value: person } = who;
  return person !== undefined && order.indexOf(person.role) >= order.indexOf(role);
}

/** Whether who signed in may act for an extension. */
export function mayActFor(extension: string): boolean {
  return extension !== '' && (may('supervisor') || who.value?.extension === extension);
}

/** The phone that somebody without an extension of their own has chosen to listen and call with. */
export const chosenPhone = kept('phone');

/** The phone of who signed in; `''`: none. */
export function ownPhone(): string {
  const { value: person } = who;
  return person?.extension === '' ? chosenPhone.value : (person?.extension ?? '');
}
