import { runDialContexts } from './dial-contexts.ts';

runDialContexts('16-sip');
