import { afterAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReadStoreUnavailable } from '../read-store/errors.ts';
import { openReads } from './open-reads.ts';
import { InvalidSettings } from './parse-settings.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'leadfold-'));
afterAll(() => rmSync(dataDir, { recursive: true }));

describe('openReads', () => {
  it('opens the embedded store in the data folder', async () => {
    const reads = await openReads({ dataDir, readStore: { kind: 'sqlite' }, mongoBatch: 1_000 });
    expect(await reads.generations()).toEqual([]);
    await reads.close();
    expect(readdirSync(dataDir)).toEqual(['read']);
  });

  it('opens a store on a server that is away, which says so when it is asked', async () => {
    const url = 'mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=200';
    const reads = await openReads({ dataDir, readStore: { kind: 'mongodb', url }, mongoBatch: 1_000 });
    const since = performance.now();
    await expect(reads.generations()).rejects.toThrow(ReadStoreUnavailable);
    expect(performance.now() - since).toBeLessThan(5_000);
    await reads.close();
  });

  it('waits for a server that is silent as long as it is told to', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const url = `mongodb://127.0.0.1:${(silent.address() as AddressInfo).port}/`;
    const settings = { dataDir, readStore: { kind: 'mongodb', url }, mongoBatch: 1_000 } as const;
    const reads = await openReads(settings, { within: 100 });
    await expect(reads.generations()).rejects.toThrow('has not answered within 100 ms');
    await reads.close();
    silent.close();
  });

  it('refuses what the driver refuses, and keeps the password to itself', async () => {
    const url = 'mongodb://ann:s3cr3t@host:70000/';
    const opening = openReads({ dataDir, readStore: { kind: 'mongodb', url }, mongoBatch: 1_000 });
    await expect(opening).rejects.toThrow(InvalidSettings);
    await expect(opening).rejects.toThrow(/LEADFOLD_READ_STORE/);
    await expect(opening).rejects.not.toThrow(/s3cr3t/);
  });
});
