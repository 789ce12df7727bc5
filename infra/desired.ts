import { type Connection, readConnection } from "../kafka/connection.ts";
import { type Problem, RefusedError } from "../kafka/problem.ts";
import { readCatalogue } from "./catalogue.ts";
import { type ResolvedTopic, resolveTopics } from "./resolve.ts";
import { readStack } from "./stack.ts";

/**
 * What a stack is to have: the catalogue and the stack's config, read and checked together.
 * @param config all keys of the stack's config with their values as text
 * @param folder the catalogue
 * @throws RefusedError with everything that is wrong in either
 */
export async function readDesired(
  { project, stack: stackName, config }: { project: string; stack: string; config: Record<string, string> },
  folder?: URL,
): Promise<{ connection: Connection; topics: ResolvedTopic[] }> {
  const file = `Pulumi.${stackName}.yaml`;
  const { entries, names, problems } = await readCatalogue(folder);
  const stack = readStack(project, config, file);
  const connection = readConnection(config, file);
  const resolved = "stack" in stack ? resolveTopics(entries, names, stack.stack) : { topics: [], ...stack };
  problems.push(...resolved.problems);
  if ("problems" in connection) problems.push(...connection.problems);
  if (problems.length > 0 || !("connection" in connection)) {
    const order = ({ place, field }: Problem) => `${place} ${field}`;
    throw new RefusedError(problems.sort((a, b) => (order(a) < order(b) ? -1 : 1)));
  }
  return { connection: connection.connection, topics: resolved.topics };
}
