import { runTwoPhones } from './two-phones.ts';

runTwoPhones('16-sip');
