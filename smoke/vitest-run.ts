import { Writable } from "node:stream";
import type { Vitest } from "vitest/node";
import { root } from "../dev/places.ts";
import type { TopicResult } from "./result.ts";

/** Reports results as Vitest's: a case in `junit.xml` for each topic and group of checks. The terminal is the caller's. */
export async function reportWithVitest(topics: readonly TopicResult[], junitFile: string): Promise<void> {
  const { startVitest } = await import("vitest/node");
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const { exitCode } = process;
  const vitest: Vitest = await startVitest(
    "test",
    [],
    {
      root,
      config: false,
      include: ["smoke/topics.smoke.ts"],
      watch: false,
      provide: { topics },
      // A stack without topics has nothing that could fail.
      passWithNoTests: true,
      pool: "threads",
      isolate: false,
      reporters: ["junit"],
      outputFile: { junit: junitFile },
    },
    {},
    { stdout: silent, stderr: process.stderr },
  );
  await vitest.close();
  const errors = vitest.state.getUnhandledErrors();
  if (errors.length > 0) throw new AggregateError(errors, `Vitest could not report: ${String(errors[0])}`);
  // Vitest sets it for a failed test; what one means is the caller's to say.
  process.exitCode = exitCode;
}
