import { start } from '../base/start.tsx';
import { Gate } from '../parts/gate.tsx';
import { boardSettings } from './settings.ts';
import { Wallboard } from './wallboard.tsx';

const settings = boardSettings(location.search);

void start('board.title', () => (
  <Gate roles={['wallboard', 'supervisor', 'admin']}>{() => <Wallboard settings={settings} />}</Gate>
));
