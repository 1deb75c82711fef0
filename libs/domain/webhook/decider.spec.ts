import { describe, it } from '@jest/globals';
import type { Happening } from '../catalog.ts';
import { specify } from '../testing.ts';
import { webhookDecider } from './decider.ts';

const [placed, captured] = ['leadfold.order.placed', 'leadfold.lead.captured'];
const webhook = specify(webhookDecider([placed, captured]));
const webhookId = 'w1';
const url = 'https://crm.example.org/hooks';

const registered: Happening = { type: 'WebhookRegistered', data: { webhookId, url, types: [placed] } };
const disabled: Happening = { type: 'WebhookDisabled', data: { webhookId, reason: 'asked' } };
const enabled: Happening = { type: 'WebhookEnabled', data: { webhookId } };
const deleted: Happening = { type: 'WebhookDeleted', data: { webhookId } };
const rotated: Happening = { type: 'WebhookSecretRotated', data: { webhookId, secretVersion: 2 } };

describe('registering a webhook', () => {
  it('keeps the address, and its query where personal data stands', () => {
    webhook
      .given([])
      .when({ kind: 'register', webhookId, url: `${url}?key=k`, types: [placed, placed] })
      .then([
        {
          type: 'WebhookRegistered',
          data: { webhookId, url, types: [placed], personal: { query: '?key=k' } },
        },
      ]);
  });

  it('is refused where the id is taken, also by one that was deleted', () => {
    const command = { kind: 'register', webhookId, url, types: [placed] } as const;
    webhook.given([registered]).when(command).thenRefused('webhook-exists', { webhookId });
    webhook.given([registered, deleted]).when(command).thenRefused('webhook-exists');
  });

  it('is refused for types that there are not', () => {
    webhook
      .given([])
      .when({ kind: 'register', webhookId, url, types: [placed, 'leadfold.order.lost'] })
      .thenRefused('unknown-lifecycle-type', { known: [placed, captured] });
  });
});

describe('changing a webhook', () => {
  it('tells what changed, and no more', () => {
    webhook
      .given([registered])
      .when({ kind: 'change', webhookId, types: [captured, placed] })
      .then([{ type: 'WebhookChanged', data: { webhookId, types: [captured, placed] } }]);
    webhook
      .given([registered])
      .when({ kind: 'change', webhookId, url: 'https://b.example/?q=1', types: [placed] })
      .then([
        {
          type: 'WebhookChanged',
          data: { webhookId, url: 'https://b.example/', personal: { query: '?q=1' } },
        },
      ]);
  });

  it('is nothing where nothing is other than it was', () => {
    webhook
      .given([registered])
      .when({ kind: 'change', webhookId, url, types: [placed], status: 'active' })
      .then([]);
    webhook.given([registered, disabled]).when({ kind: 'change', webhookId, status: 'disabled' }).then([]);
    const moved: Happening = {
      type: 'WebhookChanged',
      data: { webhookId, url: 'https://b.example/', personal: { query: '?q' } },
    };
    webhook
      .given([registered, moved])
      .when({ kind: 'change', webhookId, url: 'https://b.example/?q' })
      .then([]);
  });

  it('disables and enables it', () => {
    webhook.given([registered]).when({ kind: 'change', webhookId, status: 'disabled' }).then([disabled]);
    webhook
      .given([registered, disabled])
      .when({ kind: 'change', webhookId, status: 'active' })
      .then([enabled]);
  });
});

describe('giving up on a webhook', () => {
  it('says why and since when, once', () => {
    const command = { kind: 'give-up', webhookId, reason: 'failing', failingSince: 5 } as const;
    const given = {
      type: 'WebhookDisabled',
      data: { webhookId, reason: 'failing', failingSince: 5 },
    } as const;
    webhook.given([registered]).when(command).then([given]);
    webhook.given([registered, given]).when(command).then([]);
  });
});

describe('a webhook’s secret', () => {
  it('is counted', () => {
    webhook.given([registered]).when({ kind: 'rotate-secret', webhookId }).then([rotated]);
    webhook
      .given([registered, rotated])
      .when({ kind: 'rotate-secret', webhookId })
      .then([{ type: 'WebhookSecretRotated', data: { webhookId, secretVersion: 3 } }]);
  });
});

describe('a webhook that is not there', () => {
  it.each(['change', 'rotate-secret', 'delete'] as const)('does not take %s', kind => {
    webhook.given([]).when({ kind, webhookId }).thenThrows('NotFound');
    webhook.given([registered, deleted]).when({ kind, webhookId }).thenThrows('NotFound');
  });

  it('can be deleted while it is disabled', () => {
    webhook.given([registered, disabled]).when({ kind: 'delete', webhookId }).then([deleted]);
  });
});
