import { runTwoPhones } from './two-phones.ts';

runTwoPhones('22-pjsip');
