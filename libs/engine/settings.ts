import type { KeySource } from '../access/index.ts';
import type { LifecycleRules, Network } from '../lifecycle/index.ts';
import type { Security } from '../lifecycle/kafka/security.ts';
import type { Topic } from '../lifecycle/kafka/topic.ts';
import type { EventStoreSetting } from './event-store-setting.ts';
import type { ReadStoreSetting } from './read-store-setting.ts';
import type { Workspace } from '../projecting/workspace.ts';

export const roles = ['api', 'projector', 'relay', 'sender', 'scheduler'] as const;
export type Role = (typeof roles)[number];

/** Where to publish lifecycle events in Kafka. */
export interface KafkaSettings {
  /** `host:port` each. */
  readonly brokers: readonly string[];
  readonly topics: readonly Topic[];
  /** May hold a password and a private key. */
  readonly security: Security;
}

/** The configuration, parsed and checked once at start. */
export interface Settings {
  /** Folder of the embedded stores. */
  readonly dataDir: string;
  readonly roles: ReadonlySet<Role>;
  readonly host: string;
  readonly port: number;
  /** IANA name. */
  readonly timeZone: string;
  /** Where the log is. */
  readonly eventStore: EventStoreSetting;
  /** Where the read models are. */
  readonly readStore: ReadStoreSetting;
  /** Operations in one command to MongoDB. */
  readonly mongoBatch: number;
  readonly workspace: Workspace;
  /** What other systems are told, and how. */
  readonly lifecycle: LifecycleRules;
  /** Where lifecycle events are published besides; null: nowhere. */
  readonly kafka: KafkaSettings | null;
  /** Networks that webhooks may be in, besides the public internet. */
  readonly webhookNetworks: readonly Network[];
  /** Keys the identity hashes; null: made at first start in the data folder. */
  readonly secret: string | null;
  /** Who may use the API; null: everybody on this machine. */
  readonly apiKeys: KeySource | null;
  /** Requests a second that a key may send to one process; 0: any number. */
  readonly rateLimit: number;
}
