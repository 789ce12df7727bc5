/** `broker 3`, `brokers 2, 3`. */
export function nameBrokers(ids: readonly number[]): string {
  return `${ids.length === 1 ? "broker" : "brokers"} ${ids.join(", ")}`;
}

/** `broker 3 is down. Start it.`, `brokers 2, 3 are down. Start them.` */
export function describeDown(brokers: readonly number[]): string {
  const [verb, pronoun] = brokers.length === 1 ? ["is", "it"] : ["are", "them"];
  return `${nameBrokers(brokers)} ${verb} down. Start ${pronoun}.`;
}
