import { runForged } from './forged.ts';

runForged('16-sip', 'cdrFile');
