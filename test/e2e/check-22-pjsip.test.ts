import { testCheck } from './check.ts';

await testCheck('22-pjsip');
