import { existsSync } from "node:fs";
import { join } from "node:path";
import { kafkaJars, root } from "../places.ts";
import { makeFolder, type Part, requireProgram } from "./parts.ts";
import { runTool } from "./run-tool.ts";

/** Apache Kafka, as jars. */
export const kafkaParts: readonly Part[] = [
  {
    title: "Apache Kafka",
    ready: async () => existsSync(kafkaJars),
    make: async (report) => {
      await requireProgram({ name: "java", args: ["-version"], install: "Java 17 or later", atLeast: 17 });
      await requireProgram({ name: "mvn", args: ["-version"], install: "Maven 3.6 or later" });
      report("downloading with Maven");
      await makeFolder(kafkaJars, async (folder) => {
        const pom = join(root, "dev", "toolchain", "pom.xml");
        const goal = "dependency:copy-dependencies";
        // --strict-checksums: a jar that is not what its repository says fails the build, where it would warn.
        await runTool("mvn", [
          "-B",
          "-q",
          "--strict-checksums",
          "-f",
          pom,
          goal,
          `-DoutputDirectory=${folder}`,
        ]);
      });
    },
  },
];
