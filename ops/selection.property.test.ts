import fc from "fast-check";
import { beforeEach, expect, vi } from "vitest";
import { isGlob, selectTopics } from "../kafka/topic-selection.ts";
import { isUnexpected } from "../machine/command.ts";
import { oddText } from "../test/odd-values.ts";
import { testProperty } from "../test/property.ts";
import { type ReplacedPatterns, readSelection, SelectionError } from "./selection.ts";

const names = ["orders", "orders.eu", "orders-dlq", "billing"];
const globs = fc.constantFrom("orders", "orders*", "*.eu", "b?lling", "none");
// An expression that backtracks exponentially is the user's own, and only slows down the user.
const expressions = fc.constantFrom("^orders", "dlq$", "(", "[a", "o|b", "");
const patterns = fc.array(fc.oneof({ arbitrary: globs, weight: 4 }, expressions, oddText), { maxLength: 2 });
const replaced = fc.record({ include: expressions, exclude: expressions }, { requiredKeys: [] });
const flags = fc.record({ topic: patterns, exclude: patterns }, { requiredKeys: [] });

beforeEach(() => {
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
});

testProperty(
  "Any flags select the topics that their globs and expressions match, or are refused",
  fc.tuple(flags, fc.oneof({ arbitrary: fc.constant<ReplacedPatterns>({}), weight: 4 }, replaced)),
  ([{ topic, exclude }, replaced]) => {
    try {
      const { isSelected, checkGlobs } = readSelection({ topic, exclude }, replaced);
      const matches = (pattern: string, name: string) =>
        isGlob(pattern) ? selectTopics({ topic: [pattern] })(name) : new RegExp(pattern).test(name);
      for (const name of names)
        expect(isSelected(name)).toBe(
          (!topic?.length || topic.some((pattern) => matches(pattern, name))) &&
            new RegExp(replaced.include ?? "").test(name) &&
            !(exclude ?? []).some((pattern) => matches(pattern, name)) &&
            (replaced.exclude === undefined || !new RegExp(replaced.exclude).test(name)),
        );
      checkGlobs(names);
    } catch (error) {
      expect(isUnexpected(error), String(error)).toBe(false);
      if (!(error instanceof SelectionError)) expect(String(error)).toMatch(/--\w+: given .*, allowed: /s);
    }
  },
);
