import { describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { isLoopback } from '../../apps/server/http/host.ts';
import { entryOf, newKey } from '../../libs/access/index.ts';
import { parseSettings, roles } from '../../libs/engine/index.ts';
import { interpolationsOf, readCompose, type Service } from './compose.ts';

const file = resolve('docker-compose.yml');
const text = readFileSync(file, 'utf8').replaceAll(/^\s*#.*$/gm, '');
const given = {
  LEADFOLD_SECRET: 's'.repeat(32),
  LEADFOLD_API_KEYS: entryOf('ops', ['admin'], newKey()),
};
const compose = readCompose(file, given);
const services = Object.entries(compose.services);
const ours = services.filter(([, { build }]) => build !== undefined);
const others = services.filter(([, { build }]) => build === undefined);
const settingsOf = ({ environment = {} }: Service) => parseSettings(environment);

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

const composePlugin = (): boolean => {
  try {
    execFileSync('docker', ['compose', 'version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};
const plugin = composePlugin();
if (!plugin)
  process.stderr.write('skipped: docker compose is not installed here; the file is read as YAML alone\n');

describe('docker-compose.yml', () => {
  it('has the stores, the broker, the mail catcher, and Leadfold several times', () => {
    expect(others.map(([name]) => name).sort()).toEqual(['eventstore', 'kafka', 'mailpit', 'mongo']);
    expect(ours.length).toBeGreaterThan(2);
  });

  it.each(services)('pins the image of %s, and knows when it is healthy', (_, { image, healthcheck }) => {
    expect(image).toMatch(/^[a-z/]+:v?\d+\.\d+\.\d+(-[a-z-]+)?$/);
    expect(healthcheck?.test[0]).toBe('CMD');
    expect(healthcheck?.interval).toMatch(/^\d+s$/);
  });

  it('runs the version of this repository', () => {
    expect(new Set(ours.map(([, { image }]) => image))).toEqual(new Set([`leadfold:${version}`]));
  });

  it('has no default for what is secret, and no secret in itself', () => {
    const secret = /SECRET|KEY|PASSWORD|TOKEN/;
    const named = interpolationsOf(text).filter(({ name }) => secret.test(name));
    expect(new Set(named.map(({ name }) => name))).toEqual(new Set(Object.keys(given)));
    expect(named.filter(({ fallback }) => fallback !== null)).toEqual([]);
    for (const name of Object.keys(given))
      expect(() => readCompose(file, { ...given, [name]: undefined as unknown as string })).toThrow(name);
    const literal = text
      .split('\n')
      .filter(line => /^\s*[A-Z_]*(SECRET|KEY|PASSWORD|TOKEN)[A-Z_]*:/.test(line) && !line.includes(':?'));
    expect(literal).toEqual([]);
  });

  it('gives each role to one service', () => {
    const all = ours.flatMap(([, service]) => [...settingsOf(service).roles]);
    expect([...all].sort()).toEqual([...roles].sort());
  });

  it.each(ours)('sets %s by settings that there are, with values that it takes', (_, service) => {
    const settings = settingsOf(service);
    expect(Object.keys(service.environment ?? {}).every(name => name.startsWith('LEADFOLD_'))).toBe(true);
    expect(isLoopback(settings.host)).toBe(false);
    expect(settings.apiKeys?.keys.map(({ name }) => name)).toEqual(['ops']);
    expect(settings.secret).toBe(given.LEADFOLD_SECRET);
    expect(service).toMatchObject({ read_only: true, volumes: ['leadfold:/data'] });
  });

  it.each(ours)('lets %s reach the stores by their names, once they are healthy', (_, service) => {
    const { LEADFOLD_EVENT_STORE, LEADFOLD_READ_STORE, LEADFOLD_KAFKA } = service.environment!;
    expect(LEADFOLD_EVENT_STORE).toMatch(/^esdb:\/\/eventstore:2113/);
    expect(LEADFOLD_READ_STORE).toMatch(/^mongodb:\/\/mongo:27017\//);
    expect(LEADFOLD_KAFKA).toBe('kafka:9092');
    expect(compose.services['kafka']!.environment!['KAFKA_ADVERTISED_LISTENERS']).toContain(LEADFOLD_KAFKA);
    const waits = Object.entries(service.depends_on!);
    expect(waits.map(([name]) => name)).toEqual(expect.arrayContaining(['eventstore', 'mongo']));
    if (settingsOf(service).roles.has('relay')) expect(waits.map(([name]) => name)).toContain('kafka');
    expect(waits.filter(([, { condition }]) => condition !== 'service_healthy')).toEqual([]);
    for (const name of ['eventstore', 'mongo', 'kafka'])
      expect(service.networks).toEqual(expect.arrayContaining([...compose.services[name]!.networks!]));
  });

  it('shows the stores to Leadfold alone, and what is published to this machine alone', () => {
    for (const name of ['eventstore', 'mongo', 'kafka']) {
      const { ports, networks } = compose.services[name]!;
      expect([name, ports, networks]).toEqual([name, undefined, ['stores']]);
    }
    expect(compose.networks['stores']).toEqual({ internal: true });
    const published = services.flatMap(([, { ports = [] }]) => ports);
    expect(published.length).toBeGreaterThan(0);
    expect(published.filter(port => !port.startsWith('127.0.0.1:'))).toEqual([]);
  });

  it('keeps everything in volumes that it names', () => {
    const used = services.flatMap(([, { volumes = [] }]) => volumes.map(volume => volume.split(':')[0]!));
    expect([...new Set(used)].sort()).toEqual(Object.keys(compose.volumes).sort());
    for (const name of ['eventstore', 'mongo', 'kafka', 'mailpit'])
      expect(compose.services[name]!.volumes!.length).toBeGreaterThan(0);
  });

  (plugin ? it : it.skip)('is taken by docker compose itself', () => {
    const environment = { PATH: process.env['PATH'], ...given };
    const out = execFileSync('docker', ['compose', '-f', file, 'config', '--format', 'json'], {
      env: environment,
    });
    const read = JSON.parse(out.toString()) as { services: Record<string, unknown> };
    expect(Object.keys(read.services).sort()).toEqual(Object.keys(compose.services).sort());
  });
});
