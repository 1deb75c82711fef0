import { openEngine, parseSettings } from '../../libs/engine/index.ts';

/** As a server: captures leads at once for as long as it lives, commits and projects in threads, and prints what was acknowledged. */
const [data = '', run = '0'] = process.argv.slice(2);
const engine = await openEngine(parseSettings({ LEADFOLD_SECRET: 'x'.repeat(32) }, { data }), {
  threads: true,
});
engine.projector.start();

const write = async (writer: number): Promise<never> => {
  for (let n = 0; ; n++) {
    // Every third is captured again by the next round.
    const email = n % 3 === 0 ? `lead-${writer}-${n}@example.org` : `lead-${run}-${writer}-${n}@example.org`;
    const { id, position } = await engine.commands.captureLead(
      { email, origin: writer % 2 === 0 ? 'referral' : 'paid_search' },
      { command: 'captureLead', actor: 'spec' },
    );
    process.stdout.write(`${position} ${id}\n`);
  }
};

await Promise.all(Array.from({ length: 12 }, (_, writer) => write(writer)));
