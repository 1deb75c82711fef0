import { openEngine, parseSettings } from '../libs/engine/index.ts';
import { createServer, serve } from '../apps/server/serve.ts';

// A server in a process of its own: `http-child.js FOLDER (ours|calm|bare)`. Prints its address; ends with its stdin.
const [folder = '', kind = ''] = process.argv.slice(2);
// A history that was written past the server has a year of reminders due, which a real server told when they were.
const roles = kind === 'calm' ? { LEADFOLD_ROLES: 'api,projector' } : {};
const settings = { ...parseSettings({ LEADFOLD_DATA: folder, ...roles }), port: 0 };
// As in production, one line per request; they go where nobody reads them.
const options = { logger: { level: 'info' }, destination: { write: () => undefined } };

/** The same routes, checks and answers, and nothing stored. */
const serveBare = async (): Promise<string> => {
  const engine = await openEngine(settings);
  let position = 0;
  const captureLead: typeof engine.commands.captureLead = () =>
    Promise.resolve({ id: engine.newId(), revision: 0, position: ++position, created: true });
  const app = await createServer({ ...engine, commands: { ...engine.commands, captureLead } }, options);
  await app.listen(0, settings.host);
  return app.getUrl();
};

const url = kind === 'bare' ? await serveBare() : (await serve(settings, options)).url;
process.stdout.write(`${url}\n`);
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
