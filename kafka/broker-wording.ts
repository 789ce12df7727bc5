/** `broker 3 is down. Start it.`, `brokers 2, 3 are down. Start them.` */
export function describeDown(brokers: readonly number[]): string {
  const [noun, verb, pronoun] = brokers.length === 1 ? ["broker", "is", "it"] : ["brokers", "are", "them"];
  return `${noun} ${brokers.join(", ")} ${verb} down. Start ${pronoun}.`;
}
