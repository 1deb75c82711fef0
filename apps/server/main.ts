import { parseSettings } from '../../libs/engine/index.ts';
import { serve } from './serve.ts';

try {
  const { url } = await serve(parseSettings(process.env), { signals: true });
  process.stderr.write(`Leadfold is at ${url}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
