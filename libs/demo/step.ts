import type {
  CancelOrder,
  CaptureLead,
  ChangeStage,
  CloseOpportunity,
  MoveOpportunity,
  OpenOpportunity,
  PlaceOrder,
  Touchpoint,
  WinOpportunity,
} from '../handling/port.ts';

/** What happens, in the words of `Commands`; facts go in many at a time. */
export type Action =
  | { readonly do: 'captureLead'; readonly command: CaptureLead }
  | { readonly do: 'changeStage'; readonly command: ChangeStage }
  | { readonly do: 'recordTouchpoint'; readonly command: Touchpoint }
  | { readonly do: 'openOpportunity'; readonly command: OpenOpportunity }
  | { readonly do: 'moveOpportunity'; readonly command: MoveOpportunity }
  | { readonly do: 'winOpportunity'; readonly command: WinOpportunity }
  | { readonly do: 'loseOpportunity'; readonly command: CloseOpportunity }
  | { readonly do: 'reopenOpportunity'; readonly command: CloseOpportunity }
  | { readonly do: 'placeOrder'; readonly command: PlaceOrder }
  | { readonly do: 'cancelOrder'; readonly command: CancelOrder };

/** One thing that the business notes down. */
export type Step = Action & {
  /** When it is noted, epoch ms; a visit before the capture happened earlier, but nobody knew whose it was. */
  readonly at: number;
  readonly leadId: string;
};

/** A made-up history, in the order in which it was noted. Times are epoch ms. */
export interface History {
  readonly from: number;
  readonly end: number;
  readonly steps: readonly Step[];
}
