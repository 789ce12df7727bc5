import fc from "fast-check";
import { expect } from "vitest";
import { oddText } from "../test/odd-values.ts";
import { testProperty } from "../test/property.ts";
import { explainUnmatched, isGlob, selectTopics } from "./topic-selection.ts";

/** Of few letters, so that names match globs often. */
const names = fc.string({ unit: fc.constantFrom("a", "b", ".", "-"), maxLength: 12 });
const globs = fc.string({
  unit: fc.constantFrom("a", "b", ".", "-", "*", "*", "?"),
  minLength: 1,
  maxLength: 8,
});

/** Whether a name matches a glob, by the definition of its first character. */
function isMatch(glob: string, name: string): boolean {
  if (glob === "") return name === "";
  if (glob.startsWith("*"))
    return isMatch(glob.slice(1), name) || (name !== "" && isMatch(glob, name.slice(1)));
  return name !== "" && (glob[0] === "?" || glob[0] === name[0]) && isMatch(glob.slice(1), name.slice(1));
}

testProperty(
  "A topic is selected if it matches a --topic glob, or there is none, and no --exclude glob",
  fc.record({
    topic: fc.array(globs, { maxLength: 2 }),
    exclude: fc.array(globs, { maxLength: 2 }),
    name: names,
  }),
  ({ topic, exclude, name }) => {
    const matchesAny = (patterns: string[]) => patterns.some((glob) => isMatch(glob, name));
    const isSelected = (topic.length === 0 || matchesAny(topic)) && !matchesAny(exclude);
    expect(selectTopics({ topic, exclude })(name)).toBe(isSelected);
    const unmatched = [...topic, ...exclude].filter((glob) => !isMatch(glob, name));
    expect(explainUnmatched({ topic, exclude }, [name])).toHaveLength(unmatched.length);
  },
);

testProperty(
  "A glob with many stars takes no exponential time on a long name",
  fc.tuple(fc.array(fc.constantFrom("*a", "*?", "*aa", "**"), { minLength: 10, maxLength: 40 }), names),
  ([parts, end]) => {
    const glob = `${parts.join("")}*b${end}`;
    expect(selectTopics({ topic: [glob] })("a".repeat(249))).toBe(false);
  },
);

testProperty("A pattern is a glob, or refused with its flag", oddText, (pattern) => {
  const select = () => selectTopics({ exclude: [pattern] });
  if (isGlob(pattern)) expect(select()(pattern)).toBe(false);
  else expect(select).toThrow(/^--exclude: given ".*", allowed: a topic name/s);
});
