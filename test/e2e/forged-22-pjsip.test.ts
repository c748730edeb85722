import { runForged } from './forged.ts';

runForged('22-pjsip', 'rowsFile');
