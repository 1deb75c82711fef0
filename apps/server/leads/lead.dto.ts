import { ApiProperty } from '@nestjs/swagger';
import {
  EmailField,
  IdField,
  InstantField,
  IntegerField,
  LabelField,
  ListField,
  PhoneField,
  RecordField,
  TextField,
} from '../http/fields.ts';

/** What is known of a lead. */
export class LeadProfileBody {
  @EmailField({ description: 'E-mail address', example: 'ada@example.org' })
  email?: string;

  @PhoneField({ description: 'Phone number', example: '+44 20 7946 0958' })
  phone?: string;

  @TextField({ maxLength: 10_000, description: 'Name of the person', example: 'Ada King' })
  name?: string;

  @LabelField({ description: 'Company', example: 'Analytical Engines Ltd' })
  company?: string;

  @TextField({ maxLength: 10_000, description: 'Job title', example: 'Head of Computing' })
  jobTitle?: string;

  @LabelField({ description: 'Country', example: 'GB' })
  country?: string;

  @LabelField({ description: 'Where the lead came from', example: 'organic_search' })
  origin?: string;

  @LabelField({ description: 'The campaign that brought it', example: 'spring-2018' })
  campaign?: string;

  @TextField({
    maxLength: 8_000,
    description: 'Address of the page; its query and fragment are kept as personal data',
    example: 'https://example.org/pricing?utm_source=newsletter',
  })
  landingPage?: string;

  @RecordField({ description: 'Anything else, kept as personal data', example: { budget: 'over 10k' } })
  attributes?: Record<string, unknown>;

  @InstantField({ description: 'When it happened; now where left out', example: '2018-03-01T09:30:00+01:00' })
  occurredAt?: string;
}

/** Consent to be contacted. */
export class ConsentBody {
  @LabelField({ required: true, description: 'What for', example: 'newsletter' })
  purpose!: string;

  @LabelField({ required: true, description: 'On what channel', example: 'email' })
  channel!: string;

  @LabelField({ required: true, description: 'Version of the text that was agreed to', example: '2018-02' })
  textVersion!: string;
}

/** Body of `POST /v1/leads`. */
export class CaptureLeadBody extends LeadProfileBody {
  @IdField({ description: "The caller's own id, or one is made", example: 'lead-4711' })
  id?: string;

  @ListField(() => ConsentBody, { maximum: 50, description: 'What the person agreed to' })
  consents?: ConsentBody[];
}

/** Body of `PATCH /v1/leads/{id}`: the fields that change. */
export class UpdateLeadBody extends LeadProfileBody {}

/** Body of `POST /v1/leads/{id}/stage`. */
export class ChangeStageBody {
  @LabelField({ required: true, description: 'One of the stages of the workspace', example: 'mql' })
  stage!: string;

  @TextField({ maxLength: 10_000, description: 'Why; kept as personal data', example: 'Asked for a demo' })
  reason?: string;

  @IntegerField({
    minimum: 0,
    maximum: Number.MAX_SAFE_INTEGER,
    description: 'The revision that the caller has seen; 409 when the lead has moved on',
    example: 3,
  })
  expectedRevision?: number;

  @InstantField({ description: 'When it happened; now where left out', example: '2018-03-05T11:00:00+01:00' })
  occurredAt?: string;
}

/** Body of `POST /v1/leads/lookup`: one of both. */
export class LookupLeadBody {
  @EmailField({ description: 'E-mail address', example: 'ada@example.org' })
  email?: string;

  @PhoneField({ description: 'Phone number', example: '+44 20 7946 0958' })
  phone?: string;
}

/** Answer of `POST /v1/leads/lookup`. */
export class LeadFound {
  @ApiProperty({ description: 'Of the lead', example: 'lead-4711' })
  declare readonly id: string;
}
