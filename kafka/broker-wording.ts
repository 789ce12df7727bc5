/** `broker 3`, `brokers 2, 3`. */
export function nameBrokers(ids: readonly number[]): string {
  return `${ids.length === 1 ? "broker" : "brokers"} ${ids.join(", ")}`;
}

/** `broker 3 is down`, `brokers 2, 3 are down`. */
export function nameDown(brokers: readonly number[]): string {
  return `${nameBrokers(brokers)} ${brokers.length === 1 ? "is" : "are"} down`;
}

/** `broker 3 is down. Start it.`, `brokers 2, 3 are down. Start them.` */
export function describeDown(brokers: readonly number[]): string {
  return `${nameDown(brokers)}. Start ${brokers.length === 1 ? "it" : "them"}.`;
}
