/** Why the brokers refuse a request about one topic. */
export type Refusal = {
  /** The protocol's error name, such as `INVALID_CONFIG`. */
  readonly code: string;
  /** The broker's message, or the protocol's message for the code. */
  readonly words: string;
};

/** Refusals by topic. */
export type Refusals = ReadonlyMap<string, Refusal>;
