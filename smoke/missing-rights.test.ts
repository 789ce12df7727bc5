import { expect, test } from "vitest";
import { rights } from "../ops/rights.ts";
import { findMissingOn } from "./missing-rights.ts";

test.each(["produce", "dry-run", "metadata"] as const)(
  "The suite needs the documented rights on a topic with smoke: %s",
  (smoke) => {
    const documented = rights.filter(
      ({ principal, resource, need }) =>
        principal === "smoke" && resource === "topic" && (smoke !== "metadata" || need === "always"),
    );
    const missing = findMissingOn({ name: "orders", smoke }, { authorized: new Map() });
    expect(missing.toSorted()).toEqual(documented.map(({ operation }) => operation).sort());
  },
);
