import { pbkdf2Sync, randomBytes } from "node:crypto";
import {
  type Acl,
  AclOperations,
  AclPermissionTypes,
  alterUserScramCredentialsV0,
  createAclsV3,
  ResourcePatternTypes,
  ResourceTypes,
  ScramMechanisms,
} from "@platformatic/kafka";
import type { Resource } from "../../kafka/authorized-operations.ts";
import { askBroker } from "../../kafka/broker.ts";
import type { Connection } from "../../kafka/connection.ts";
import type { Right } from "../../ops/rights.ts";

/** The least that brokers accept; the passwords are random. */
const iterations = 4096;

const hashes = [
  { mechanism: ScramMechanisms.SCRAM_SHA_256, digest: "sha256", bytes: 32 },
  { mechanism: ScramMechanisms.SCRAM_SHA_512, digest: "sha512", bytes: 64 },
] as const;

/** Creates SCRAM users, or sets their passwords. */
export async function setPasswords(
  connection: Connection,
  passwords: Readonly<Record<string, string>>,
): Promise<void> {
  // A request may not change a user twice, so each mechanism has its own.
  await askBroker(connection, async (broker) => {
    for (const { mechanism, digest, bytes } of hashes) {
      const credentials = Object.entries(passwords).map(([name, password]) => {
        const salt = randomBytes(16);
        const saltedPassword = pbkdf2Sync(password, salt, iterations, bytes, digest);
        return { name, mechanism, iterations, salt, saltedPassword };
      });
      await alterUserScramCredentialsV0.api.async(broker, [], credentials);
    }
  });
}

/** The beginnings of the names that rights are for; all names, if absent. */
export type Prefixes = Readonly<Partial<Record<Resource, string>>>;

/** Adds an ACL for each right. One that exists is left as it is. */
export async function grantRights(
  connection: Connection,
  principal: string,
  rights: readonly Pick<Right, "operation" | "resource">[],
  prefixes: Prefixes = {},
): Promise<void> {
  const acls = rights.map((right) => aclOf(principal, right, prefixes));
  await askBroker(connection, (broker) => createAclsV3.api.async(broker, acls));
}

/** Returns the ACL that allows a principal an operation. */
export function aclOf(
  principal: string,
  { operation, resource }: { readonly operation: keyof typeof AclOperations; readonly resource: Resource },
  prefixes: Prefixes,
): Acl {
  const prefix = resource === "cluster" ? undefined : prefixes[resource];
  const { PREFIXED, LITERAL } = ResourcePatternTypes;
  return {
    resourceType: resourceTypes[resource],
    resourceName: resource === "cluster" ? "kafka-cluster" : (prefix ?? "*"),
    resourcePatternType: prefix === undefined ? LITERAL : PREFIXED,
    principal,
    host: "*",
    operation: AclOperations[operation],
    permissionType: AclPermissionTypes.ALLOW,
  };
}

const resourceTypes = {
  cluster: ResourceTypes.CLUSTER,
  group: ResourceTypes.GROUP,
  topic: ResourceTypes.TOPIC,
} as const;
