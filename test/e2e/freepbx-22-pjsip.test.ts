import { runScenarios } from './run-scenarios.ts';

runScenarios('22-pjsip', 'freepbx');
