import { defineConfig } from "vitest/config";

// Vitest finds its config by the default export.
// biome-ignore lint/style/noDefaultExport: see above
export default defineConfig({
  test: {
    // kafkajs computes a delay below zero, which Node remarks on.
    execArgv: ["--disable-warning=TimeoutNegativeWarning"],
    reporters: ["default", "./test/closing-line.ts"],
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["{dev,github,infra,kafka,machine,ops,pulumi,smoke}/**/*.test.ts"],
          // A catalogue file has no rights, whatever its name is.
          exclude: ["infra/topics/**"],
        },
      },
      {
        extends: true,
        test: {
          name: "end-to-end",
          include: ["test/**/*.test.ts"],
          globalSetup: "test/cluster.ts",
          // Each has a cluster of its own. A command of the engine keeps a processor busy for half of its time.
          maxWorkers: 2,
          // After the unit tests, which take all processors.
          sequence: { groupOrder: 1 },
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
