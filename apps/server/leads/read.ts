import type { CaptureLead, ChangeStage, LeadProfile, UpdateLead } from '../../../libs/handling/port.ts';
import { BadRequest } from '../http/bad-request.ts';
import { given, occurred } from '../http/occurred.ts';
import type {
  CaptureLeadBody,
  ChangeStageBody,
  ConsentBody,
  LeadProfileBody,
  LookupLeadBody,
  UpdateLeadBody,
} from './lead.dto.ts';

type Consent = NonNullable<CaptureLead['consents']>[number];

/** @throws BadRequest without id, e-mail and phone; both that and the following: for a time more than a day ahead */
export const readCapture = (body: CaptureLeadBody, now: number): CaptureLead => {
  const { id, email, phone, consents } = body;
  if (id === undefined && email === undefined && phone === undefined)
    throw new BadRequest([{ path: '', message: 'must have one of id, email and phone at least' }]);
  return {
    ...given({ id, consents: consents?.map(plainConsent) }),
    ...profile(body),
    ...occurred(body.occurredAt, now),
  };
};

/** @throws BadRequest when no field changes */
export const readUpdate = (id: string, body: UpdateLeadBody, now: number): UpdateLead => {
  const changes = profile(body);
  if (Object.keys(changes).length === 0)
    throw new BadRequest([{ path: '', message: 'must have one field that changes at least' }]);
  return { id, ...changes, ...occurred(body.occurredAt, now) };
};

/** @throws BadRequest */
export const readStage = (id: string, body: ChangeStageBody, now: number): ChangeStage => {
  const { stage, reason, expectedRevision, occurredAt } = body;
  return { id, stage, ...given({ reason, expectedRevision }), ...occurred(occurredAt, now) };
};

/** @throws BadRequest unless it is exactly one of both */
export const readLookup = ({ email, phone }: LookupLeadBody): { email: string } | { phone: string } => {
  if (email !== undefined && phone === undefined) return { email };
  if (phone !== undefined && email === undefined) return { phone };
  throw new BadRequest([{ path: '', message: 'must have either email or phone' }]);
};

const plainConsent = ({ purpose, channel, textVersion }: ConsentBody): Consent => ({
  purpose,
  channel,
  textVersion,
});

const profile = (body: LeadProfileBody): LeadProfile => {
  const { email, phone, name, company, jobTitle, country, origin, campaign, landingPage, attributes } = body;
  return given({ email, phone, name, company, jobTitle, country, origin, campaign, landingPage, attributes });
};
