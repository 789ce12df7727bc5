/** Why the brokers refuse a request about one topic. */
export type Refusal = {
  /** The protocol's error name, such as `INVALID_CONFIG`. */
  readonly code: string;
  /** The broker's message, or the protocol's message for the code. */
  readonly words: string;
};

/** Refusals by topic. */
export type Refusals = ReadonlyMap<string, Refusal>;

/** Explains why the configs of a topic are not known, and names the permission if one is missing. */
export function explainUnreadConfigs(topic: string, { code, words }: Refusal, principal: string): string {
  return code === "TOPIC_AUTHORIZATION_FAILED"
    ? `${principal} may not read its configs. Grant it DESCRIBE_CONFIGS on topic ${topic}.`
    : `its configs cannot be read: ${words}`;
}
