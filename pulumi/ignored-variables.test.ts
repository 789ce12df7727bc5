import { expect, test, vi } from "vitest";
import { ignoreVariables } from "./ignored-variables.ts";

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
  expect(ignoreVariables(environment)).toEqual(undefinedValues);
  expect(Object.keys(ignoreVariables(environment))).toEqual(dropped);
  expect(print.mock.calls.join()).toContain("PULUMI_DEBUG_GRPC is ignored");
  vi.restoreAllMocks();
});

test("Variables with which the engine would not do what was judged are dropped, and reported in one message", () => {
  const print = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  const kept = ["COLOR", "EMOJI", "PARALLEL", "SUPPRESS_PROGRESS"].map((flag) => `PULUMI_OPTION_${flag}`);
  const flags = [
    "CONFIG",
    "CONFIG_FILE",
    "CONFIG_PATH",
    "OVERRIDE_ENV",
    "CWD",
    "CLIENT",
    "SECRETS_PROVIDER",
    "STACK",
  ];
  const others = ["REFRESH", "RUN_PROGRAM", "PLAN", "STRICT", "IGNORE_PROTECT", "TARGET", "JSON", "COLORS"];
  const dropped = [
    ...[...flags, ...others].map((flag) => `PULUMI_OPTION_${flag}`),
    ...["PULUMI_RUN_PROGRAM", "PULUMI_SKIP_CHECKPOINTS", "PULUMI_DEBUG_PROVIDERS", "PULUMI_DEBUG_LANGUAGES"],
    ...["PULUMI_EXPERIMENTAL", "PULUMI_DISABLE_PROVIDER_PREVIEW", "PULUMI_ENABLE_LEGACY_DIFF"],
  ];
  const needed = ["PULUMI_CONFIG_PASSPHRASE", "PULUMI_BACKEND_URL", "PULUMI_ACCESS_TOKEN"];
  const given = Object.fromEntries([...kept, ...needed, ...dropped].map((name) => [name, "x"]));
  expect(Object.keys(ignoreVariables(given))).toEqual(dropped);
  expect(print).toHaveBeenCalledExactlyOnceWith(expect.stringContaining(`${dropped.join(", ")}: given in`));
  vi.restoreAllMocks();
});
