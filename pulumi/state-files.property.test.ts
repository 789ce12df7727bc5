import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect } from "vitest";
import { projectName } from "../machine/paths.ts";
import { damage, misplace, oddJson, oddJsonText, oddText } from "../test/odd-values.ts";
import { testProperty } from "../test/property.ts";
import { findBrokenState } from "./state-files.ts";

const folder = mkdtempSync(join(tmpdir(), "kafka-topics-state-"));
afterAll(() => rmSync(folder, { recursive: true }));
const stacks = join(folder, "stacks", projectName);
mkdirSync(stacks, { recursive: true });

const resource = fc.record({ urn: oddText, type: oddText });
const state = fc.record({
  version: fc.constant(3),
  checkpoint: fc.record(
    { latest: fc.option(fc.record({ resources: fc.array(resource, { maxLength: 2 }) })) },
    { requiredKeys: [] },
  ),
});
const printed = state.map((value) => JSON.stringify(value));
const [file, backup] = [join(stacks, "prod.json"), join(stacks, "prod.json.bak")];
writeFileSync(backup, JSON.stringify({ version: 3, checkpoint: {} }));

testProperty(
  "Any state file can be read, or is broken for a reason and has a backup",
  fc.oneof(
    printed,
    damage(printed),
    misplace(state, oddJson).map((value) => JSON.stringify(value) ?? ""),
    oddJsonText,
  ),
  (text) => {
    writeFileSync(file, text);
    const broken = findBrokenState(folder, "prod");
    if (broken === undefined) expect(JSON.parse(text)).toMatchObject({ version: 3, checkpoint: {} });
    else expect(broken).toMatchObject({ file, reason: expect.stringMatching(/./), backup: { file: backup } });
  },
);
