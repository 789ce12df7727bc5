import type { Operation, Resource } from "./authorized-operations.ts";
import { type Connection, principalOf } from "./connection.ts";
import { iamActionsOf } from "./iam-action.ts";

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

/** Operations that a principal lacks, with what is needed to grant them. */
export type MissingGrant = Grant & {
  /** The bootstrap servers, `host:port`, separated by commas. */
  readonly servers: string;
  /** What grants the principal rights. */
  readonly grantedBy: "acl" | "iam";
};

/** What grants the principal of a connection its rights. */
export function granterOf({ sasl }: Pick<Connection, "sasl">): MissingGrant["grantedBy"] {
  return sasl?.mechanism === "aws-iam" ? "iam" : "acl";
}

/** What to grant the principal of a connection. */
export function missingGrant(grant: Omit<Grant, "principal">, connection: Connection): MissingGrant {
  const servers = connection.bootstrapServers.join(",");
  return { ...grant, principal: principalOf(connection), servers, grantedBy: granterOf(connection) };
}

const list = new Intl.ListFormat("en-GB");

/** Up to this many topics are named in a command; for more, the command grants a right on a prefix. */
const mostNamed = 3;

/** Says in a sentence how to grant missing operations: with a command, or in the policy of an IAM identity. */
export function explainGrant({ servers, grantedBy, ...grant }: MissingGrant): string {
  const { operations, resource, names = [] } = grant;
  if (grantedBy === "iam") {
    const actions = operations.flatMap((operation) => iamActionsOf(resource, operation));
    return `In its IAM policy, allow ${list.format(new Set(actions))}.`;
  }
  const isMany = names.length > mostNamed;
  const granted = isMany ? { ...grant, names: ["PREFIX"], isPrefix: true } : grant;
  const command = renderGrant(granted, { servers, config: "admin.properties" });
  return `To grant it${isMany ? ", with the beginning of the topics' names as PREFIX" : ""}: ${command}`;
}

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
