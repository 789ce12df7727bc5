import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { root } from "../../machine/paths.ts";
import { readEngineFlags, refusedFlags, upOptions } from "./engine-flags.ts";

// Some tests start a program, which takes time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

test("The judged preview gets the flags that change what an update does, and the update gets all", () => {
  const args = ["--diff", "-t", "urn:a", "--target=urn:b", "--replace", "urn:c", "-m", "why", "--yes"];
  expect(readEngineFlags(args)).toEqual({
    preview: ["--target=urn:a", "--target=urn:b", "--replace=urn:c"],
    update: ["--diff", "--target=urn:a", "--target=urn:b", "--replace=urn:c", "--message=why", "--yes"],
  });
});

test("Our own flags and their values never reach the engine", () => {
  const own = [
    "--stack",
    "prod",
    "--allow-data-loss",
    "orders",
    "--reviewed",
    "0123",
    "--recreate",
    "orders",
  ];
  expect(readEngineFlags([...own, "-sprod", "-s=prod"])).toEqual({ preview: [], update: [] });
});

test.for([
  [["-p=8"], "--parallel=8"],
  [["-p8"], "--parallel=8"],
  [["-p", "8"], "--parallel=8"],
  [["--parallel=8"], "--parallel=8"],
  [["-fp8"], "--skip-preview --parallel=8"],
  [["-v=9"], "--verbose=9"],
  [["-yf"], "--yes --skip-preview"],
  [["--message==x"], "--message==x"],
  [["--message", "--replace"], "--message=--replace"],
] as const)("%j is passed on as %s", ([args, written]) => {
  expect(readEngineFlags(args).update.join(" ")).toBe(written);
});

/** Runs the command up to the point where it would ask the engine. */
function up(...args: string[]) {
  const { status, stdout, stderr } = spawnSync("node", ["ops/up.ts", ...args], {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, PATH: `${join(root, "node_modules", ".bin")}:${process.env.PATH}` },
  });
  return { exitCode: status, stdout, stderr };
}

test.for([
  [["--refresh=true"], "up does not accept --refresh. Run npm run pulumi -- refresh"],
  [["-yC", "elsewhere"], "-C"],
  [["https://example.com/template"], "https://example.com/template"],
  [["--stack", "a", "-s", "b"], "--stack: given 2 times, allowed: once"],
] as const)("npm run up -- %j is refused before the engine runs", ([args, said]) => {
  const { exitCode, stdout, stderr } = up(...args);
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
  expect(stderr).toContain(said);
});

test("Every flag with which the update would not be what was judged is refused or unknown", () => {
  const flags = [
    "config",
    "config-file",
    "config-path",
    "override-env",
    "cwd",
    "client",
    "refresh",
    "run-program",
  ];
  for (const flag of [...flags, "plan", "strict", "ignore-protect", "show-secrets", "secrets-provider"]) {
    expect(upOptions).not.toHaveProperty([flag]);
    expect(refusedFlags[`--${flag}`]).toMatch(new RegExp(`^up does not accept --${flag}\\. [A-Z].*\\.$`));
  }
  for (const flag of ["import-file", "save-plan", "remote"]) expect(upOptions).not.toHaveProperty([flag]);
});

test("A message that begins with an s after -m names no stack", () => {
  const { stdout, stderr } = up("-msprod", "--yes", "--reviewed", "0".repeat(64));
  expect(stderr + stdout).toContain("npm run review -- --stack dev");
});
