/** Why the brokers refuse a request about one topic. */
export type Refusal = {
  /** The protocol's name of the error, such as `INVALID_CONFIG`. */
  readonly code: string;
  /** The broker's own message, or the protocol's for the code. */
  readonly words: string;
};

/** Refusals by topic. */
export type Refusals = ReadonlyMap<string, Refusal>;

/** Why the configs of a topic are not known, with the permission where one is missing. */
export function explainUnreadConfigs(topic: string, { code, words }: Refusal, principal: string): string {
  return code === "TOPIC_AUTHORIZATION_FAILED"
    ? `${principal} may not read its configs. Grant it DESCRIBE_CONFIGS on topic ${topic}.`
    : `its configs cannot be read: ${words}`;
}
