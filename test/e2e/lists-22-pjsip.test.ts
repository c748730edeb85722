import { runLists } from './lists.ts';

runLists('22-pjsip');
