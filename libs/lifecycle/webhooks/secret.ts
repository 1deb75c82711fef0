import { createHmac } from 'node:crypto';

const prefix = 'whsec_';

/**
 * The secret that deliveries to a webhook are signed with, as Standard Webhooks write it. It is derived from the workspace's secret, so
 * nothing has to be kept, and no log, export or backup holds it.
 *
 * @param version which of the webhook's secrets, from 1
 * @example
 * webhookSecret(workspaceSecret, 'w1', 1); // 'whsec_' and 44 characters of base64
 */
export const webhookSecret = (workspaceSecret: string, webhookId: string, version: number): string =>
  prefix + createHmac('sha256', workspaceSecret).update(`webhook:${webhookId}:${version}`).digest('base64');

/** The key within a secret. */
const keyOf = (secret: string): Buffer => Buffer.from(secret.slice(prefix.length), 'base64');

export interface Signed {
  readonly 'webhook-id': string;
  readonly 'webhook-timestamp': string;
  readonly 'webhook-signature': string;
}

/**
 * The headers that prove where a delivery comes from and when it was sent (Standard Webhooks 1.0).
 *
 * @param secrets one signature for each: while a secret is being replaced, the receiver may know either
 * @param at epoch ms
 */
export const signatureHeaders = (
  secrets: readonly string[],
  id: string,
  at: number,
  body: string,
): Signed => {
  const timestamp = String(Math.floor(at / 1_000));
  const signatures = secrets.map(secret => {
    const digest = createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.${body}`).digest('base64');
    return `v1,${digest}`;
  });
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
};
