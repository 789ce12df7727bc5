import { expect, test } from "vitest";
import { readDeployedSettings, type StateResource } from "./state.ts";

const stack = { urn: "a", type: "pulumi:pulumi:Stack" };
const provider = {
  urn: "b",
  type: "pulumi:providers:kafka",
  inputs: {
    __internal: {},
    version: "3.13.2",
    bootstrapServers: '["a:9092"]',
    tlsEnabled: "false",
    saslPassword: { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" },
  },
};
const stateWith = (...resources: StateResource[]) => ({ deployment: { resources } });

test("A stack that was never deployed has no settings", () => {
  expect(readDeployedSettings({ deployment: {} })).toBeUndefined();
  expect(readDeployedSettings(stateWith(stack))).toBeUndefined();
});

test("The settings of a deployment are those in its outputs", () => {
  const settings = { "kafka:tlsEnabled": "false" };
  expect(readDeployedSettings(stateWith({ ...stack, outputs: { settings } }, provider))).toEqual({
    settings,
    isComplete: true,
  });
});

test("Of a deployment by an earlier version, the provider's settings are known, without its secrets", () => {
  expect(readDeployedSettings(stateWith({ ...stack, outputs: { topics: {} } }, provider))).toEqual({
    settings: {
      "kafka:bootstrapServers": '["a:9092"]',
      "kafka:tlsEnabled": "false",
      "kafka:saslPassword": "[secret]",
    },
    isComplete: false,
  });
});
