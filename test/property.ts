import fc from "fast-check";
import { test } from "vitest";

/** With how many cases each property is checked. */
export const numRuns = 1_000;

/** Processor time that a case may take: more than any needs, and less than a regular expression that backtracks. */
const mostMs = 1_000;

/**
 * Checks a property, as a test: each run generates other cases.
 * @param title states the property as a fact about all cases
 * @param check throws for a case without the property; the test's error contains the smallest such case and the seed
 */
export function testProperty<Case>(
  title: string,
  cases: fc.Arbitrary<Case>,
  check: (generated: Case) => void | Promise<void>,
): void {
  const property = fc.asyncProperty(cases, async (generated) => {
    const before = process.threadCpuUsage();
    await check(generated);
    const { user, system } = process.threadCpuUsage(before);
    const ms = (user + system) / 1000;
    if (ms > mostMs) throw new Error(`This case takes ${ms} ms of processor time, allowed: ${mostMs} ms.`);
  });
  test(title, { timeout: 120_000 }, () => fc.assert(property, { numRuns }));
}
