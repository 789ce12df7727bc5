import { cpSync, mkdtempSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { providerFolder, pulumiBin, pulumiHome, root } from "../machine/paths.ts";
import { runProgram } from "./workspace.ts";

test("A partly installed plugin is detected and installed again, and a second set-up does nothing", async () => {
  const home = mkdtempSync(join(tmpdir(), "kafka-topics-pulumi-home-"));
  try {
    for (const folder of [pulumiBin, providerFolder]) {
      cpSync(folder, folder.replace(pulumiHome, home), { recursive: true });
    }
    truncateSync(join(providerFolder.replace(pulumiHome, home), "pulumi-resource-kafka"), 1_000_000);
    const run = () =>
      runProgram("npm", ["run", "--silent", "pulumi", "version"], {
        cwd: root,
        env: { ...process.env, PULUMI_HOME: home, PULUMI_STACK: "test" },
      });
    const first = await run();
    expect(first).toMatchObject({ exitCode: 0 });
    expect(first.stderr).toContain("Kafka provider plugin");
    expect(await run()).toMatchObject({ exitCode: 0, stderr: "" });
  } finally {
    rmSync(home, { recursive: true });
  }
});
