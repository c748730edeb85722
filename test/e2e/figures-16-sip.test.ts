import { runFigures } from './figures.ts';

runFigures('16-sip');
