import { spawnSync } from "node:child_process";
import { arch, cpus, platform, release, totalmem } from "node:os";
import { pulumiVersion } from "../../machine/paths.ts";
import { toolEnvironment } from "../../machine/tool-environment.mjs";
import { readKafkaVersion } from "../../machine/toolchain/kafka.ts";
import type { Machine } from "./results.ts";

const bytesPerGibibyte = 2 ** 30;

/** Describes this machine, without its host name. */
export function describeMachine(): Machine {
  const options = { encoding: "utf8", env: toolEnvironment() } as const;
  const java = spawnSync("java", ["-version"], options).stderr;
  const terraform = spawnSync("terraform", ["version", "-json"], options).stdout;
  const processors = cpus();
  return {
    processor: processors[0]?.model.trim() ?? "unknown",
    cores: processors.length,
    memoryGiB: Math.round(totalmem() / bytesPerGibibyte),
    system: `${platform()} ${release()} ${arch()}`,
    node: process.versions.node,
    java: /version "([^"]+)"/.exec(java)?.[1] ?? "unknown",
    pulumi: pulumiVersion,
    kafka: readKafkaVersion(),
    ...(terraform && { terraform: JSON.parse(terraform).terraform_version }),
  };
}
