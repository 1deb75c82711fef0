/** A command breaks a rule of the domain; nothing was written. Answered as 422 with the rule's name. */
export class RuleViolation extends Error {
  override readonly name = 'RuleViolation';
  /** `identity-conflict`, `unknown-stage`, `opportunity-closed`, … */
  readonly rule: string;
  /** What a caller needs to mend it: ids, names; never personal data. */
  readonly fields: Readonly<Record<string, string | number | null | readonly string[]>>;

  constructor(rule: string, detail: string, fields: RuleViolation['fields'] = {}) {
    super(detail);
    this.rule = rule;
    this.fields = fields;
  }
}

/** There is no lead, opportunity or order of that id. */
export class NotFound extends Error {
  override readonly name = 'NotFound';

  readonly kind: string;
  readonly id: string;

  constructor(kind: string, id: string) {
    super(`there is no ${kind} ${id}`);
    this.kind = kind;
    this.id = id;
  }
}
