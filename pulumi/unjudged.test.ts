import { expect, test } from "vitest";
import { refuseUnjudged } from "./unjudged.ts";

test.for([
  [["up"]],
  [["update", "--yes"]],
  [["watch"]],
  [["--color", "never", "up"]],
  [["-v=9", "--logtostderr", "update"]],
  [["--stack", "prod", "up", "--yes"]],
] as const)("npm run pulumi -- %j is refused, and the message names npm run up", ([args]) => {
  expect(() => refuseUnjudged(args)).toThrow(
    /^npm run pulumi does not accept (up|update|watch), .*npm run up/,
  );
});

test.for([
  [["destroy", "--yes"]],
  [["stack", "init", "up"]],
  [["config", "set", "team", "update"]],
  [["--version"]],
  [[]],
  [["preview", "--refresh=false"]],
] as const)("%j is not refused", ([args]) => {
  expect(() => refuseUnjudged(args)).not.toThrow();
});

test.for([[["preview", "--refresh"]], [["preview", "-r"]], [["preview", "--refresh=true"]]] as const)(
  "%j is refused: nobody would have reviewed its result",
  ([args]) => {
    expect(() => refuseUnjudged(args)).toThrow("preview does not accept --refresh.");
  },
);
