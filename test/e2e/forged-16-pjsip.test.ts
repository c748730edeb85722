import { runForged } from './forged.ts';

runForged('16-pjsip', 'rowsFile');
