/** A partition of a topic. */
export type Place = { readonly topic: string; readonly partition: number };

/** `topic:partition`, to find a partition in a map. */
export function keyOf({ topic, partition }: Place): string {
  return `${topic}:${partition}`;
}
