import type { Static } from '@sinclair/typebox';
import type { Money } from '../domain/schema.ts';

export type MoneyValue = Static<typeof Money>;

/** How a command came in. */
export interface CommandContext {
  /** Name of the command, `captureLead`. Part of what an idempotency key stands for. */
  readonly command: string;
  /** The caller's Idempotency-Key, 1 to 255 characters; without one, each call is a command of its own. */
  readonly key?: string;
  /** Who calls; the key is known to repeats of the same actor alone. */
  readonly actor: string;
  readonly source?: string;
  readonly correlationId?: string;
}

/** The answer to a command, given when its events are durable. */
export interface CommandResult {
  /** Of the lead, opportunity, order or webhook. */
  readonly id: string;
  /** Of the stream's last event of this command. */
  readonly revision: number;
  readonly position: number;
  /** True when the command made the thing: 201. */
  readonly created: boolean;
}

/** Every command takes when it happened, epoch ms; now where left out. */
export interface Occurring {
  readonly occurredAt?: number;
}

export interface LeadProfile {
  readonly email?: string;
  readonly phone?: string;
  readonly name?: string;
  readonly company?: string;
  readonly jobTitle?: string;
  readonly country?: string;
  readonly origin?: string;
  readonly campaign?: string;
  /** A whole address; its query and fragment are kept as personal data. */
  readonly landingPage?: string;
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/** One of id, email, phone at least. */
export interface CaptureLead extends LeadProfile, Occurring {
  readonly id?: string;
  readonly consents?: readonly {
    readonly purpose: string;
    readonly channel: string;
    readonly textVersion: string;
  }[];
}

export interface UpdateLead extends LeadProfile, Occurring {
  readonly id: string;
}

export interface ChangeStage extends Occurring {
  readonly id: string;
  readonly stage: string;
  readonly reason?: string;
  readonly expectedRevision?: number;
}

/** A fact of `POST /v1/touchpoints`; what else it holds depends on the type (libs/domain/touchpoint). */
export interface Touchpoint extends Occurring {
  /** The caller's id: the same id again is a duplicate. */
  readonly id: string;
  readonly type: string;
  readonly leadId: string;
  readonly [field: string]: unknown;
}

export interface TouchpointResult {
  readonly id: string;
  readonly outcome: 'appended' | 'duplicate' | 'refused';
  /** Of the event; absent when refused. */
  readonly revision?: number;
  readonly position?: number;
  /** Why it was refused. */
  readonly reason?: string;
}

export interface OpenOpportunity extends Occurring {
  readonly id?: string;
  readonly leadId: string;
  readonly amount?: MoneyValue;
  readonly name?: string;
  readonly owner?: string;
}

export interface MoveOpportunity extends Occurring {
  readonly id: string;
  readonly stage: string;
  readonly probability?: number;
}

export interface WinOpportunity extends Occurring {
  readonly id: string;
  readonly amount?: MoneyValue;
}

export interface CloseOpportunity extends Occurring {
  readonly id: string;
  readonly reason?: string;
}

/** One article of an order; `amount` is the line's, in minor units of the order's currency. */
export interface OrderLine {
  readonly sku: string;
  readonly name?: string;
  readonly quantity: number;
  readonly amount: number;
}

/** The lines need not add up to the total: shipping, tax and vouchers stand in none. */
export interface PlaceOrder extends Occurring {
  readonly id?: string;
  readonly leadId: string;
  readonly total: MoneyValue;
  readonly country?: string;
  /** At most 5,000. */
  readonly lines?: readonly OrderLine[];
}

export interface CancelOrder extends Occurring {
  readonly id: string;
  readonly reason?: string;
}

/** Everything that changes something. All throw RuleViolation, NotFound and the event store's errors. */
export interface Commands {
  captureLead(command: CaptureLead, context: CommandContext): Promise<CommandResult>;
  updateLead(command: UpdateLead, context: CommandContext): Promise<CommandResult>;
  changeStage(command: ChangeStage, context: CommandContext): Promise<CommandResult>;
  recordTouchpoints(
    touchpoints: readonly Touchpoint[],
    context: CommandContext,
  ): Promise<readonly TouchpointResult[]>;
  openOpportunity(command: OpenOpportunity, context: CommandContext): Promise<CommandResult>;
  moveOpportunity(command: MoveOpportunity, context: CommandContext): Promise<CommandResult>;
  winOpportunity(command: WinOpportunity, context: CommandContext): Promise<CommandResult>;
  loseOpportunity(command: CloseOpportunity, context: CommandContext): Promise<CommandResult>;
  reopenOpportunity(command: CloseOpportunity, context: CommandContext): Promise<CommandResult>;
  placeOrder(command: PlaceOrder, context: CommandContext): Promise<CommandResult>;
  cancelOrder(command: CancelOrder, context: CommandContext): Promise<CommandResult>;
  /** The lead that owns the e-mail or phone, or null. Appends nothing. */
  findLead(identity: { readonly email: string } | { readonly phone: string }): Promise<string | null>;
}
