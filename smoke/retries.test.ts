import { ProtocolError } from "@platformatic/kafka";
import { expect, test } from "vitest";
import { resultsOf } from "../test/smoke-results.ts";
import { renderMarkdown } from "./markdown.ts";
import { Retries } from "./retries.ts";
import { renderTable } from "./table.ts";

const notLeader = 6;

test("Retries are counted by the protocol's name of the error, whichever client returns it, and shown with the totals", () => {
  const retries = new Retries();
  const moved = Object.assign(new Error("This is not the leader"), { type: "NOT_LEADER_FOR_PARTITION" });
  retries.countAll([moved, moved]);
  retries.countAll([new AggregateError([new ProtocolError(notLeader)])]);
  const results = { ...resultsOf([]), retries: retries.counts };
  expect(renderTable(results)).toMatch(
    /; 0 records there and back in 6\.0 s; 2 retries: NOT_LEADER_OR_FOLLOWER\.$/,
  );
  expect(renderMarkdown(results)).toContain("(`smoke-1`); 2 retries: NOT_LEADER_OR_FOLLOWER.\n");

  retries.countAll([Object.assign(new Error("refused"), { code: "ECONNREFUSED" }), moved]);
  expect(retries.counts).toEqual({ NOT_LEADER_OR_FOLLOWER: 3, CONNECTION_REFUSED: 1 });
  expect(renderTable({ ...results, retries: retries.counts })).toContain(
    "; 4 retries: NOT_LEADER_OR_FOLLOWER (3), CONNECTION_REFUSED (1).",
  );
  expect(renderTable(resultsOf([]))).toMatch(/in 6\.0 s\.$/);
});
