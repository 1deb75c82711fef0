import { describe, expect, it } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../test/support/folder.ts';
import { parseBrokers } from './parse-kafka.ts';
import { parseSettings } from './parse-settings.ts';
import { parseConfiguration } from './parse-workspace.ts';

const topicsOf = (kafka: unknown) => parseConfiguration(JSON.stringify({ kafka })).topics;

describe('brokers', () => {
  it('are hosts with ports', () => {
    expect(parseBrokers('kafka-1:9092, 10.0.0.7:19092')).toEqual(['kafka-1:9092', '10.0.0.7:19092']);
    for (const wrong of [
      'kafka',
      'kafka:',
      ':9092',
      'kafka:0',
      'kafka:65536',
      'a:1,,b:2',
      'kafka://a:1',
      'a b:1',
      '::1:9092',
      '[::1]:9092',
    ])
      expect(() => parseBrokers(wrong)).toThrow('is no broker such as kafka-1:9092');
    expect(() => parseBrokers('[::1]:9092')).toThrow('; give an IPv6 address a name');
  });

  it('are a setting, and nothing is published without it', () => {
    expect(parseSettings({}).kafka).toBeNull();
    const { kafka } = parseSettings({ LEADFOLD_KAFKA: 'a:9092,b:9092' });
    expect(kafka?.brokers).toEqual(['a:9092', 'b:9092']);
    expect(kafka?.topics.map(({ name }) => name)).toEqual(['leadfold.lifecycle']);
    expect(() => parseSettings({ LEADFOLD_KAFKA: 'a' })).toThrow('LEADFOLD_KAFKA: "a" is no broker');
  });
});

describe('topics', () => {
  it('are one for everything, without personal data, unless configured', () => {
    expect(topicsOf(undefined)).toEqual([
      {
        name: 'leadfold.lifecycle',
        partitions: 12,
        replicas: null,
        types: null,
        personal: false,
        config: {},
      },
    ]);
    expect(topicsOf({})).toEqual(topicsOf(undefined));
  });

  it('are as configured, with what is left out as usual', () => {
    expect(
      topicsOf({
        topics: [
          { name: 'orders', types: ['leadfold.order.placed'], partitions: 3, replicas: 2 },
          { name: 'crm', personal: true, config: { 'retention.ms': 86_400_000, 'cleanup.policy': 'delete' } },
        ],
      }),
    ).toEqual([
      {
        name: 'orders',
        partitions: 3,
        replicas: 2,
        types: ['leadfold.order.placed'],
        personal: false,
        config: {},
      },
      {
        name: 'crm',
        partitions: 12,
        replicas: null,
        types: null,
        personal: true,
        config: { 'retention.ms': '86400000', 'cleanup.policy': 'delete' },
      },
    ]);
  });

  it('are refused where they can not be meant', () => {
    for (const topic of [
      {},
      { name: '' },
      { name: '..' },
      { name: 'a topic' },
      { name: 'x'.repeat(250) },
      { name: 'a', partitions: 0 },
      { name: 'a', partitions: 1.5 },
      { name: 'a', types: [] },
      { name: 'a', types: ['OrderPlaced'] },
      { name: 'a', personal: 'yes' },
      { name: 'a', config: { 'Not One': '1' } },
      { name: 'a', other: 1 },
    ])
      expect(() => topicsOf({ topics: [topic] })).toThrow('/kafka/topics/0');
    expect(() => topicsOf({ topics: [] })).toThrow('/kafka/topics');
    expect(() => topicsOf({ topics: [{ name: 'a' }, { name: 'b' }, { name: 'a' }] })).toThrow(
      '/kafka/topics: "a" stands twice',
    );
  });

  it('come from the configuration file', () => {
    const folder = temporaryFolder();
    const file = join(folder.path, 'leadfold.json');
    writeFileSync(file, JSON.stringify({ kafka: { topics: [{ name: 'mine' }] } }));
    const { kafka } = parseSettings({ LEADFOLD_KAFKA: 'a:9092', LEADFOLD_CONFIG: file });
    expect(kafka?.topics.map(({ name }) => name)).toEqual(['mine']);
    expect(parseSettings({ LEADFOLD_CONFIG: file }).kafka).toBeNull();
    folder.remove();
  });
});
