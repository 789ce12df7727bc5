import { expect, test, vi } from "vitest";
import { dropRevealing } from "./revealing-variables.ts";

test("Variables that make the engine or the provider write requests are dropped, and reported", () => {
  const print = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  const environment = {
    PATH: "/usr/bin",
    PULUMI_DEBUG_GRPC: "/tmp/requests.json",
    PULUMI_OPTION_VERBOSE: "9",
    PULUMI_OPTION_TRACING: "file:trace",
    PULUMI_OPTION_PARALLEL: "8",
    TF_LOG: "TRACE",
    TF_LOG_PATH: "",
    PULUMI_DEBUG_PROMISE_LEAKS: "true",
  };
  const dropped = ["PULUMI_DEBUG_GRPC", "PULUMI_OPTION_VERBOSE", "PULUMI_OPTION_TRACING", "TF_LOG"];
  const undefinedValues = Object.fromEntries(dropped.map((name) => [name, undefined]));
  expect(dropRevealing(environment)).toEqual(undefinedValues);
  expect(Object.keys(dropRevealing(environment))).toEqual(dropped);
  expect(print.mock.calls.join()).toContain("PULUMI_DEBUG_GRPC is ignored");
  vi.restoreAllMocks();
});
