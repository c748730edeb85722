import { runDialContexts } from './dial-contexts.ts';

runDialContexts('22-pjsip');
