import { expect, test } from "vitest";
import { secretsInState } from "./state-secrets.ts";

test("The secrets of a state are found, also in lists, and in a state that is cut off", () => {
  const state = JSON.stringify({
    inputs: [{ plaintext: JSON.stringify('a "quoted" one') }, { plaintext: '["in a list"]' }],
  });
  for (const text of [state, `${state.slice(0, -3)}`, state.replaceAll(":", ": ")])
    expect(secretsInState(text)).toEqual(expect.arrayContaining(['a "quoted" one', "in a list"]));
});
