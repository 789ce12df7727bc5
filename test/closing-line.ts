import type { Reporter, TestModule } from "vitest/node";

/** Ends the run with one line for machines: `N passed, N failed`. */
export class ClosingLineReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const states = modules.flatMap((module) =>
      [...module.children.allTests()].map((test) => test.result().state),
    );
    const count = (state: string) => states.filter((one) => one === state).length;
    // A file that does not load, or an error outside all tests, fails the run without a failed test.
    const broken = modules.filter((module) => module.errors().length > 0).length + errors.length;
    const skipped = count("skipped") > 0 ? `, ${count("skipped")} skipped` : "";
    process.on("exit", () => {
      process.stdout.write(`${count("passed")} passed, ${count("failed") + broken} failed${skipped}\n`);
    });
  }
}

// Vitest loads a reporter through its file's default export.
// biome-ignore lint/style/noDefaultExport: see above
export default ClosingLineReporter;
