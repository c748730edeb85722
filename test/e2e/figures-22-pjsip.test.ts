import { runFigures } from './figures.ts';

runFigures('22-pjsip');
