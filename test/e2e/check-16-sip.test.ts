import { testCheck } from './check.ts';

await testCheck('16-sip');
