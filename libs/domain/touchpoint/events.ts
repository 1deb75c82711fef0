import { Type, type TObject } from '@sinclair/typebox';
import { defineEvent, type EventDefinition } from '../define-event.ts';
import { exactly, Id, Label, Text } from '../schema.ts';

const common = {
  leadId: Id,
  touchpointId: Id,
  campaign: Type.Optional(Label),
  channel: Type.Optional(Label),
};
const page = Type.String({ maxLength: 2_000, description: 'Without query and fragment' });
const mail = { ...common, messageId: Type.Optional(Id), template: Type.Optional(Label) };
const personalUrl = Type.Optional(
  exactly({ query: Type.Optional(Text) }, 'Query and fragment of the address'),
);
const note = Type.Optional(exactly({ note: Type.Optional(Text) }));

const fact = <const Name extends string, Schema extends TObject>(
  type: Name,
  description: string,
  schema: Schema,
): EventDefinition<Name, Schema> => defineEvent({ type, version: 1, description, schema });

export const PageViewed = fact(
  'PageViewed',
  'A page was seen.',
  exactly({ ...common, url: Type.Optional(page), personal: personalUrl }),
);
export const FormSubmitted = fact(
  'FormSubmitted',
  'A form was sent.',
  exactly({ ...common, form: Type.Optional(Label), url: Type.Optional(page), personal: personalUrl }),
);
export const ContentDownloaded = fact(
  'ContentDownloaded',
  'A document was downloaded.',
  exactly({ ...common, content: Type.Optional(Label) }),
);
export const MeetingHeld = fact(
  'MeetingHeld',
  'A meeting took place.',
  exactly({ ...common, owner: Type.Optional(Label), personal: note }),
);
export const CallMade = fact(
  'CallMade',
  'A call took place.',
  exactly({ ...common, owner: Type.Optional(Label), outcome: Type.Optional(Label), personal: note }),
);
export const EmailSent = fact('EmailSent', 'A mail was handed to the transport.', exactly(mail));
export const EmailDelivered = fact('EmailDelivered', "The recipient's server took a mail.", exactly(mail));
export const EmailOpened = fact('EmailOpened', 'A mail was opened.', exactly(mail));
export const LinkClicked = fact(
  'LinkClicked',
  'A link in a mail was followed.',
  exactly({ ...mail, url: Type.Optional(page), personal: personalUrl }),
);
export const EmailBounced = fact(
  'EmailBounced',
  'A mail came back.',
  exactly({
    ...mail,
    status: Type.Optional(Type.String({ pattern: '^[245]\\.\\d{1,3}\\.\\d{1,3}$', description: 'RFC 3463' })),
  }),
);
export const EmailComplained = fact(
  'EmailComplained',
  'The recipient reported a mail as spam.',
  exactly(mail),
);
export const EmailUnsubscribed = fact('EmailUnsubscribed', 'The recipient unsubscribed.', exactly(mail));

/** The facts of `POST /v1/touchpoints`. */
export const touchpoints = [
  PageViewed,
  FormSubmitted,
  ContentDownloaded,
  MeetingHeld,
  CallMade,
  EmailSent,
  EmailDelivered,
  EmailOpened,
  LinkClicked,
  EmailBounced,
  EmailComplained,
  EmailUnsubscribed,
] as const;
