import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { requireConfirmation } from "./confirmation.ts";

const command = "npm start -- --stack prod --yes";

function setTerminal(isTTY: boolean): void {
  for (const stream of [process.stdin, process.stdout])
    Object.defineProperty(stream, "isTTY", { value: isTTY, configurable: true });
}

const [stdin, stdout] = [process.stdin.isTTY, process.stdout.isTTY];

beforeEach(() => {
  vi.stubEnv("PULUMI_SKIP_CONFIRMATIONS", undefined);
  vi.stubEnv("TERM", "xterm");
  setTerminal(false);
});

afterEach(() => {
  vi.unstubAllEnvs();
  Object.defineProperty(process.stdin, "isTTY", { value: stdin, configurable: true });
  Object.defineProperty(process.stdout, "isTTY", { value: stdout, configurable: true });
});

test("Without a terminal, an update that nobody has confirmed is refused, and --yes is named", () => {
  const refused = () => requireConfirmation(command, { isConfirmed: false });
  expect(refused).toThrow("--yes: not given, and there is no terminal");
  expect(refused).toThrow(command);
});

test("--yes or PULUMI_SKIP_CONFIRMATIONS confirms an update", () => {
  expect(requireConfirmation(command, { isConfirmed: true })).toBe(true);
  vi.stubEnv("PULUMI_SKIP_CONFIRMATIONS", "true");
  expect(requireConfirmation(command, { isConfirmed: false })).toBe(true);
});

test("At a terminal, the engine asks, unless it is told not to or cannot", () => {
  setTerminal(true);
  expect(requireConfirmation(command, { isConfirmed: false })).toBe(false);
  expect(() => requireConfirmation(command, { isConfirmed: false, isInteractive: false })).toThrow("--yes");
  vi.stubEnv("TERM", "dumb");
  expect(() => requireConfirmation(command, { isConfirmed: false })).toThrow("--yes");
});
