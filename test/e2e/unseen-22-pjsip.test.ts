import { runUnseen } from './unseen.ts';

runUnseen('22-pjsip', 'rowsFile');
