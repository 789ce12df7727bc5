import { explainGrant, granterOf, type MissingGrant } from "./acl-command.ts";
import { type Connection, principalOf } from "./connection.ts";
import type { ConfiguredCluster } from "./live-cluster.ts";

/** Why a topic or its configs cannot be read. */
export type UnreadTopic = { readonly topic: string } & (
  | ({
      readonly code: "PERMISSION_MISSING";
      readonly expected: "DESCRIBE" | "DESCRIBE_CONFIGS";
      /** The principal. */
      readonly observed: string;
    } & Pick<MissingGrant, "servers" | "grantedBy">)
  | {
      readonly code: "CONFIGS_UNREADABLE";
      /** The broker's message. */
      readonly observed: string;
    }
);

/** Finds the topics of which the cluster returned nothing, or no configs. */
export function findUnread(
  { forbidden, unread }: Pick<ConfiguredCluster, "forbidden" | "unread">,
  connection: Connection,
): UnreadTopic[] {
  const lack = (topic: string, expected: "DESCRIBE" | "DESCRIBE_CONFIGS"): UnreadTopic => ({
    code: "PERMISSION_MISSING",
    topic,
    expected,
    observed: principalOf(connection),
    servers: connection.bootstrapServers.join(","),
    grantedBy: granterOf(connection),
  });
  return [
    ...forbidden.map((topic) => lack(topic, "DESCRIBE")),
    ...[...unread].map(([topic, { code, words }]): UnreadTopic => {
      if (code === "TOPIC_AUTHORIZATION_FAILED") return lack(topic, "DESCRIBE_CONFIGS");
      return { code: "CONFIGS_UNREADABLE", topic, observed: words };
    }),
  ];
}

/** Describes why a topic cannot be read, and what to grant. */
export function describeUnread(finding: UnreadTopic): string {
  if (finding.code === "CONFIGS_UNREADABLE") return `its configs cannot be read: ${finding.observed}`;
  const { topic, expected: operation, observed: principal, servers, grantedBy } = finding;
  const refused = operation === "DESCRIBE" ? "DESCRIBE the topic" : "read its configs";
  const grant = { principal, operations: [operation], resource: "topic", names: [topic] } as const;
  return (
    `${principal} may not ${refused}. Grant it ${operation} on topic ${topic}. ` +
    explainGrant({ ...grant, servers, grantedBy })
  );
}
