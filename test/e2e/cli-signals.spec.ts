import { afterAll, describe, expect, it, jest } from '@jest/globals';
import { spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { eventsIn, freePort, leadfold, newFolder, start } from './cli-child.ts';

jest.setTimeout(90_000);

const folder = newFolder();
afterAll(() => rmSync(folder, { recursive: true }));

const until = async (done: () => boolean): Promise<void> => {
  const end = Date.now() + 60_000;
  while (!done()) {
    if (Date.now() > end) throw new Error('it took too long');
    await new Promise(resume => setTimeout(resume, 5));
  }
};

describe('Ctrl-C', () => {
  it('stops a demo after the steps under way; the same command goes on, to the same numbers', async () => {
    const data = join(folder, 'demo');
    const words = ['demo', '--leads', '600', '--seed', 'stop', '--data', data];
    const child = start(words);
    await until(() => eventsIn(data) > 500);
    child.process.kill('SIGINT');
    const stopped = await child.ended;
    expect(stopped).toMatchObject({ code: 130, out: '' });
    expect(stopped.err).toMatch(
      /^stopped after [\d,]+ of [\d,]+ steps; the same command goes on from there\n$/m,
    );
    const half = eventsIn(data);
    const resumed = await leadfold(words);
    expect(resumed.code).toBe(0);
    expect(resumed.err).toContain('going on with the demo that was interrupted');
    expect(eventsIn(data)).toBeGreaterThan(half);
    const whole = await leadfold([
      'demo',
      '--leads',
      '600',
      '--seed',
      'stop',
      '--data',
      join(folder, 'whole'),
    ]);
    expect(resumed.out).toBe(whole.out);
  });

  it('stops an import after the rows under way; the same command goes on', async () => {
    const data = join(folder, 'import');
    const rows = Array.from(
      { length: 30_000 },
      (_, n) => `${n.toString(16).padStart(32, '0')},2018-02-01,${'a'.repeat(32)},social`,
    );
    const file = join(folder, 'many.csv');
    writeFileSync(file, ['mql_id,first_contact_date,landing_page_id,origin', ...rows].join('\n'));
    const words = ['import', file, '--as', 'olist', '--data', data];
    const child = start(words);
    await until(() => eventsIn(data) > 1_000);
    child.process.kill('SIGINT');
    const { code, err } = await child.ended;
    expect(code).toBe(130);
    expect(err).toContain('stopped before the end; what was appended stays');
    const half = eventsIn(data);
    const { out } = await leadfold([...words, '--json']);
    const { total } = JSON.parse(out) as { total: { appended: number; duplicates: number } };
    expect(total.duplicates).toBe(half);
    expect(eventsIn(data)).toBe(total.appended + half);
  });

  it('ends at once when it comes twice', async () => {
    const child = start(['demo', '--leads', '20000', '--data', join(folder, 'twice')]);
    await until(() => eventsIn(join(folder, 'twice')) > 0);
    child.process.kill('SIGINT');
    child.process.kill('SIGINT');
    expect((await child.ended).code).toBe(130);
  });
});

describe('leadfold events --follow', () => {
  it("prints another process's events as they come, until Ctrl-C", async () => {
    const data = join(folder, 'follow');
    await leadfold(['demo', '--leads', '5', '--data', data]);
    const head = eventsIn(data);
    const child = start(['events', '--follow', '--after', String(head - 1), '--data', data]);
    await child.says(`{"position":${head},`);
    const file = join(folder, 'one.csv');
    writeFileSync(
      file,
      `mql_id,first_contact_date,landing_page_id,origin\n${'b'.repeat(32)},2018-02-01,${'a'.repeat(32)},social`,
    );
    await leadfold(['import', file, '--as', 'olist', '--data', data]);
    const appended = Date.now();
    await child.says(`{"position":${head + 1},`);
    expect(Date.now() - appended).toBeLessThan(1_000);
    child.process.kill('SIGINT');
    expect(await child.ended).toMatchObject({ code: 0, err: '' });
  });
});

describe('| head', () => {
  it.each(['events', 'events --follow', 'explain lead-funnel --json --limit 1000'])(
    'ends %s quietly',
    async words => {
      const data = join(folder, 'head');
      if (eventsIn(data) === 0) await leadfold(['demo', '--leads', '1000', '--data', data]);
      const main = resolve('dist/apps/cli/main.js');
      const line = `"${process.execPath}" "${main}" ${words} --data "${data}" | head -n 1; echo "\${PIPESTATUS[0]}"`;
      const shell = spawn('bash', ['-c', line]);
      let [out, err] = ['', ''];
      shell.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
      shell.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
      await new Promise(done => shell.on('close', done));
      expect(err).toBe('');
      expect(out).toMatch(/^\{.*\n0\n$/);
    },
  );
});

describe('leadfold serve', () => {
  it('answers over HTTP what the command line answers beside it, and ends well at Ctrl-C', async () => {
    const data = join(folder, 'serve');
    await leadfold(['demo', '--leads', '30', '--data', data]);
    const child = start(['serve', '--data', data], { LEADFOLD_PORT: await freePort() });
    await child.says('Leadfold listens on ');
    const [, url = ''] = /listens on (\S+),/.exec(await errOf(child)) ?? [];
    const served = (await (await fetch(`${url}/v1/close-rate?by=origin`)).json()) as { rows: unknown };
    const asked = await leadfold(['query', 'close-rate', '--by', 'origin', '--json', '--data', data]);
    expect((JSON.parse(asked.out) as { rows: unknown }).rows).toEqual(served.rows);
    child.process.kill('SIGINT');
    expect((await child.ended).code).toBe(0);
  });

  it('is where a demo with --serve ends up, which fills only an empty folder', async () => {
    const data = join(folder, 'demo-serve');
    const words = ['demo', '--leads', '20', '--serve', '--data', data];
    // The scheduler would add what has fallen due meanwhile.
    const roles = { LEADFOLD_ROLES: 'api,projector' };
    const first = start(words, { ...roles, LEADFOLD_PORT: await freePort() });
    await first.says('Leadfold listens on ');
    first.process.kill('SIGTERM');
    const ended = await first.ended;
    expect(ended.code).toBe(0);
    expect(ended.out).toContain('How far leads come');
    const before = eventsIn(data);
    const second = start(words, { ...roles, LEADFOLD_PORT: await freePort() });
    await second.says('Leadfold listens on ');
    second.process.kill('SIGINT');
    expect((await second.ended).err).toContain('already; serving it as it is');
    expect(eventsIn(data)).toBe(before);
  });
});

const errOf = async (child: ReturnType<typeof start>): Promise<string> => {
  await child.says('Ctrl-C ends it');
  return child.err();
};
