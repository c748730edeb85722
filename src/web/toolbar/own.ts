import { computed } from '@preact/signals';
import { who } from '../base/session.ts';

/** The extension of who has signed in; `''`: they have none. */
export const own = computed(() => who.value?.extension ?? '');
