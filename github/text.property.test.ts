import fc from "fast-check";
import { expect } from "vitest";
import { oddText } from "../test/odd-values.ts";
import { testProperty } from "../test/property.ts";
import { jobSchema, textFlags } from "./job.ts";
import { cutMarkdown, hide, renderBody } from "./text.ts";

const job = {
  ...jobSchema.parse({
    GITHUB_TOKEN: "secret-token",
    GITHUB_REPOSITORY: "team/topics",
    GITHUB_API_URL: "https://api.github.com",
    GITHUB_RUN_ID: "42",
  }),
  needs: "",
};
const lines = fc.array(fc.oneof(oddText, fc.constantFrom("| a | ü |", "```", "😀")), { maxLength: 20 });
const markdowns = lines.map((parts) => parts.join("\n"));

testProperty(
  "Any Markdown that is cut to a limit is the note and its first lines, or unchanged",
  fc.record({ markdown: markdowns, limit: fc.integer({ min: 50, max: 2_000 }) }),
  ({ markdown, limit }) => {
    const note = "> Truncated.";
    const cut = cutMarkdown(markdown, limit, note);
    expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(limit);
    if (cut === markdown) return;
    expect(cut.startsWith(`${note}\n\n`)).toBe(true);
    const kept = cut.slice(note.length + 2);
    expect(markdown.startsWith(kept)).toBe(true);
    expect(kept === "" || kept.endsWith("\n")).toBe(true);
  },
);

testProperty(
  "Any body begins with a hidden line that is one HTML comment, and is not longer than GitHub allows",
  fc.record({
    marker: fc.oneof(fc.string({ unit: fc.constantFrom("a", "-", "/", ".") }), oddText),
    markdown: fc.tuple(markdowns, fc.nat(50)).map(([text, times]) => text.repeat(times)),
  }),
  ({ marker, markdown }) => {
    if (!textFlags.marker.safeParse(marker).success) return;
    const body = renderBody(job, marker, markdown, "a comment");
    const [first = ""] = body.split("\n");
    expect(first).toBe(hide(marker));
    expect(first.replace(/^<!--(?!-?>).*?--!?>/, "")).toBe("");
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(65_536);
  },
);
