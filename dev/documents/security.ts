import { renderGrant } from "../../kafka/acl-command.ts";
import type { Resource } from "../../kafka/authorized-operations.ts";
import { defaultGroups, groupOf } from "../../kafka/smoke-settings.ts";
import { type Right, rights } from "../../ops/rights.ts";

type Principal = Right["principal"];

const admin = { servers: "SERVERS", config: "admin.properties" };
const names = { topic: ["payments."], group: [groupOf(defaultGroups)], cluster: [] } as const;
const principals = {
  deploying: "User:topics",
  reviewing: "User:topics-review",
  smoke: "User:smoke",
} as const;
const resources = ["topic", "group", "cluster"] as const;
const needs = { always: "always", sometimes: "only for this", optional: "optional" } as const;

/** The blocks of docs/security.md that are generated from the table of rights, by name. */
export function renderSecurityBlocks(): Map<string, string> {
  return new Map([
    ["deploying", renderTable("deploying")],
    ["reviewing", renderTable("reviewing")],
    ["smoke", renderTable("smoke")],
    ["grant-deploying", renderCommands("deploying", isNeeded)],
    ["grant-reviewing", renderCommands("reviewing", isNeeded)],
    ["grant-smoke", renderCommands("smoke", isNeeded)],
    ["grant-optional", renderCommands("deploying", (right) => !isNeeded(right))],
  ]);
}

function isNeeded({ need }: Right): boolean {
  return need !== "optional";
}

function renderTable(principal: Principal): string {
  const rows = rights
    .filter((right) => right.principal === principal)
    .map(
      ({ operation, resource, commands, purpose, need }) =>
        `| ${operation} on ${plural[resource]} | ${commands.join(", ")} | ${purpose} | ${needs[need]} |`,
    );
  return ["| right | commands | to | needed |", "|---|---|---|---|", ...rows].join("\n");
}

const plural = {
  topic: "the topics",
  group: `the groups \`${groupOf(defaultGroups)}*\``,
  cluster: "the cluster",
};

/** Renders one command for each type of resource. */
function renderCommands(principal: Principal, isGranted: (right: Right) => boolean): string {
  const granted = rights.filter((right) => right.principal === principal && isGranted(right));
  const operationsOn = (resource: Resource) =>
    granted.filter((right) => right.resource === resource).map(({ operation }) => operation);
  const lines = resources.flatMap((resource) => {
    const operations = operationsOn(resource);
    if (operations.length === 0) return [];
    const grant = { principal: principals[principal], operations, resource, names: names[resource] };
    return [`$ ${renderGrant({ ...grant, isPrefix: resource !== "cluster" }, admin)}`];
  });
  return ["```", ...lines, "```"].join("\n");
}
