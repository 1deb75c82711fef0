/** A topic isn't as it has to be, and only a person can change that. */
export class TopicRefused extends Error {
  override readonly name = 'TopicRefused';
  readonly topic: string;
  readonly fault: string;

  constructor(topic: string, fault: string, options?: ErrorOptions) {
    super(`topic "${topic}": ${fault}`, options);
    this.topic = topic;
    this.fault = fault;
  }
}

/** No broker took it, or none said so in time. */
export class BrokerAway extends Error {
  override readonly name = 'BrokerAway';
  readonly brokers: readonly string[];

  constructor(brokers: readonly string[], cause: unknown) {
    super(`${brokers.join(', ')}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.brokers = brokers;
  }
}

/** The brokers answered, and left partitions out. */
export class NotAcknowledged extends Error {
  override readonly name = 'NotAcknowledged';
  /** `topic/partition` */
  readonly places: readonly string[];

  constructor(places: readonly string[]) {
    super(`not acknowledged: ${places.join(', ')}`);
    this.places = places;
  }
}

/** The relay was closed before the brokers had answered. */
export class PublisherClosed extends Error {
  override readonly name = 'PublisherClosed';
}

/** The brokers don't let this client in, and only a person can change that. */
export class AuthenticationFailed extends Error {
  override readonly name = 'AuthenticationFailed';
}

/** There is no TLS with the brokers, because one doesn't trust the other; only a person can change that. */
export class TlsFailed extends Error {
  override readonly name = 'TlsFailed';
  /** Node's or OpenSSL's: `DEPTH_ZERO_SELF_SIGNED_CERT`. */
  readonly code: string;

  constructor(fault: string, code: string, options?: ErrorOptions) {
    super(`${fault} (${code})`, options);
    this.code = code;
  }
}
