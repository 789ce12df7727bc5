import { marked, type Token } from "marked";
import { expect } from "vitest";
import { testProperty } from "../test/property.ts";
import { results } from "../test/smoke-results.ts";
import { collectCauses } from "./causes.ts";
import { renderAnnotations, renderMarkdown } from "./markdown.ts";

testProperty(
  "Any results are a heading, causes and one row for each topic, without other markup",
  results,
  (results) => {
    const { topics, leftovers } = results;
    const types: string[] = [];
    const tokens = marked.lexer(renderMarkdown(results));
    marked.walkTokens(tokens, ({ type }: Token) => void types.push(type));
    const count = (type: string) => types.filter((one) => one === type).length;
    const causes = collectCauses(
      topics.filter(({ verdict }) => verdict !== "passed"),
      false,
    );
    expect(count("list_item")).toBe(causes.filter(({ verdict }) => verdict !== "passed").length);
    expect(count("strong")).toBeLessThanOrEqual(count("list_item"));
    for (const type of ["html", "image", "link", "em", "del", "code", "blockquote", "hr", "def"])
      expect(count(type), type).toBe(0);
    const tables = tokens.filter(({ type }) => type === "table");
    expect(tables).toMatchObject([{ rows: { length: topics.length } }]);
    expect(count("heading")).toBe(1 + new Set(causes.map(({ verdict }) => verdict)).size);
    expect(count("paragraph")).toBeLessThanOrEqual(1 + leftovers.length);
  },
);

testProperty(
  "Any results are annotations of one line each, with the whole title and cause",
  results,
  (results) => {
    const annotations = renderAnnotations(results).split("\n").slice(0, -1);
    const expected = (["failed", "warning"] as const).flatMap((verdict) =>
      results.topics.flatMap(({ topic, checks }) =>
        checks
          .filter((check) => check.verdict === verdict)
          .map(({ name, cause = "" }) => [`${topic} ${name}`, cause]),
      ),
    );
    const decode = (text = "") =>
      text.replace(/%(0A|0D|25|2C|3A)/g, (_, code) => String.fromCharCode(Number.parseInt(code, 16)));
    const shown = annotations.map((line) => {
      const [, title, cause] = /^::(?:error|warning) title=([^,:\r]*)::([^\r]*)$/s.exec(line) ?? [];
      return [decode(title), decode(cause)];
    });
    expect(shown).toEqual(expected);
  },
);
