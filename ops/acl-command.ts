import type { Operation } from "../kafka/authorized-operations.ts";
import type { Resource } from "./rights.ts";

/** Operations to grant on resources of one type. */
export type Grant = {
  readonly principal: string;
  readonly operations: readonly Operation[];
  readonly resource: Resource;
  /** The names of topics or groups. */
  readonly names?: readonly string[];
  /** Whether the names are prefixes. */
  readonly isPrefix?: boolean;
};

/** Words that need no quotes in a shell. */
const plain = /^[\w.:,/@=-]+$/;

/**
 * Returns the `kafka-acls.sh` command that grants operations.
 * @param servers the bootstrap servers, `host:port`, separated by commas
 * @param config the file with the connection of a principal that may change ACLs
 */
export function renderGrant(
  { principal, operations, resource, names = [], isPrefix = false }: Grant,
  { servers, config }: { readonly servers: string; readonly config: string },
): string {
  const words = [
    ...["kafka-acls.sh", "--bootstrap-server", servers, "--command-config", config],
    ...["--add", "--allow-principal", principal],
    ...operations.flatMap((operation) => ["--operation", toCamelCase(operation)]),
    ...(resource === "cluster" ? ["--cluster"] : names.flatMap((name) => [`--${resource}`, name])),
    ...(isPrefix ? ["--resource-pattern-type", "prefixed"] : []),
  ];
  return words.map((word) => (plain.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(" ");
}

/** `DescribeConfigs` for `DESCRIBE_CONFIGS`, as Kafka's tool names operations. */
function toCamelCase(operation: Operation): string {
  return operation
    .split("_")
    .map((word) => `${word.slice(0, 1)}${word.slice(1).toLowerCase()}`)
    .join("");
}
