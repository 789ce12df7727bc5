import fc from "fast-check";
import { expect, test } from "vitest";
import { numRuns } from "../test/property.ts";
import { resultsOf, topicResults } from "../test/smoke-results.ts";
import { startJunit } from "./report-files.ts";
import type { Check } from "./result.ts";

const token = /<\?xml [^<>]*\?>|<(\/?)([\w-]+)((?:\s+[\w-]+="[^"<>]*")*)\s*(\/?)>|[^<>]+/gy;
const characters = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u;

/** Returns the names of the elements of XML, and asserts that it is well-formed, as far as Vitest uses XML. */
function elementsOf(xml: string): string[] {
  expect(xml.match(/&(?!(amp|lt|gt|quot|apos);).{0,20}/s)?.[0]).toBeUndefined();
  expect(xml.split("\n").find((line) => !characters.test(line))).toBeUndefined();
  const tokens = [...xml.matchAll(token)];
  const end = tokens.reduce((length, [one]) => length + one.length, 0);
  expect(xml.slice(end, end + 80)).toBe("");
  const open: string[] = [];
  return tokens.flatMap(([, isEnd, name, , isEmpty]) => {
    if (isEnd) expect(open.pop()).toBe(name);
    else if (name && !isEmpty) open.push(name);
    return isEnd || !name ? [] : [name];
  });
}

// One run of Vitest reports all cases, because it takes seconds to start.
test("junit.xml is well-formed, with all cases of 1,000 topics, whatever their texts are", {
  timeout: 120_000,
}, async () => {
  const seed = Date.now();
  const topics = fc.sample(topicResults, { numRuns, seed });
  const elements = elementsOf(await startJunit().report(resultsOf(topics)));
  const count = (name: string) => elements.filter((one) => one === name).length;
  const groups = topics.flatMap(({ checks }) => [...Map.groupBy(checks, ({ group }) => group).values()]);
  const isFailed = (checks: readonly Check[]) => checks.some(({ verdict }) => verdict === "failed");
  const off = topics.filter(({ reason }) => reason !== undefined);
  expect(count("testcase"), `seed ${seed}`).toBe(groups.length + off.length);
  expect(count("failure"), `seed ${seed}`).toBe(groups.filter(isFailed).length);
  expect(count("skipped"), `seed ${seed}`).toBe(off.length);
});
