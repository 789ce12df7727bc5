import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { localFolder, root } from "../paths.ts";
import { buildGoProgram } from "./go-build.ts";
import { makeFolder, type Part } from "./parts.ts";
import { thisPlatform } from "./pinned-program.ts";
import { isVerified, recordMade } from "./verified-folder.ts";

const module = "terraform-provider";
const sums = readFileSync(join(root, "machine", "toolchain", module, "go.sum"));

/** The folder of the Kafka provider for Terraform; other sources are another folder. */
export const terraformProviderFolder = join(
  localFolder,
  module,
  createHash("sha256").update(sums).digest("hex").slice(0, 12),
);

/** The Terraform provider that the Pulumi plugin is made of, built from the Go module proxy: only the benchmark needs it. */
export const terraformProviderParts: readonly Part[] = [
  {
    title: "Kafka provider for Terraform",
    folder: terraformProviderFolder,
    ready: () => isVerified(terraformProviderFolder, []),
    make: async (report) => {
      await makeFolder(terraformProviderFolder, async (folder) => {
        await buildGoProgram(
          {
            module,
            package_: "github.com/Mongey/terraform-provider-kafka",
            variables: {},
            output: join(folder, "terraform-provider-kafka"),
            platform: thisPlatform,
          },
          (progress) => report(`building it: ${progress}`),
        );
      });
      await recordMade(terraformProviderFolder);
    },
  },
];
