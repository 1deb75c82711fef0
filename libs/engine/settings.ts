import type { KeySource } from '../access/index.ts';
import type { LifecycleRules } from '../lifecycle/index.ts';
import type { Workspace } from '../projecting/workspace.ts';

export const roles = ['api', 'projector', 'relay', 'sender', 'scheduler'] as const;
export type Role = (typeof roles)[number];

/** The configuration, parsed and checked once at start. */
export interface Settings {
  /** Folder of the embedded stores. */
  readonly dataDir: string;
  readonly roles: ReadonlySet<Role>;
  readonly host: string;
  readonly port: number;
  /** IANA name. */
  readonly timeZone: string;
  readonly workspace: Workspace;
  /** What other systems are told, and how. */
  readonly lifecycle: LifecycleRules;
  /** Keys the identity hashes; null: made at first start in the data folder. */
  readonly secret: string | null;
  /** Who may use the API; null: everybody on this machine. */
  readonly apiKeys: KeySource | null;
  /** Requests a second that a key may send to one process; 0: any number. */
  readonly rateLimit: number;
}
