import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { pulumiVersion, root } from "../machine/paths.ts";
import { localCluster } from "./cluster/local.ts";

const read = (...path: string[]) => readFileSync(join(root, ...path), "utf8");

test("The built CLI, the downloaded CLI and the SDK have the same version", () => {
  expect(read("machine", "toolchain", "pulumi", "go.mod")).toContain(
    `github.com/pulumi/pulumi/pkg/v3 v${pulumiVersion} `,
  );
  expect(JSON.parse(read("package.json")).dependencies["@pulumi/pulumi"]).toBe(pulumiVersion);
});

test("The dev stack has the ports of the local cluster", () => {
  const servers = [...read("Pulumi.dev.yaml").matchAll(/- (127\.0\.0\.1:\d+)/g)].map(([, server]) => server);
  expect(servers).toEqual(localCluster.bootstrapServers);
});
