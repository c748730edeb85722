import { runOutages } from './outage.ts';

runOutages('22-pjsip');
