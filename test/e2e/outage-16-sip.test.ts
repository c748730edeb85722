import { runOutages } from './outage.ts';

runOutages('16-sip');
