import { expect, test } from "vitest";
import { isUnexpected } from "../machine/command.ts";
import { parseFindings } from "./findings-file.ts";

test("A truncated findings file is refused with the next step", () => {
  try {
    parseFindings('{"errors":[{"code":"INVALID_VALUE","mess');
    expect.unreachable();
  } catch (error) {
    expect(isUnexpected(error)).toBe(false);
    expect(String(error)).toContain("Check the free space of the folder for temporary files");
  }
});
