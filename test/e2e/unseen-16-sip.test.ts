import { runUnseen } from './unseen.ts';

runUnseen('16-sip', 'cdrFile');
