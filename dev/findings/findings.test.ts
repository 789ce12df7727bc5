import { join } from "node:path";
import { expect, test } from "vitest";
import { catalogueCodes, preflightCodes } from "../../infra/findings.ts";
import { connectionFailureCodes } from "../../kafka/failure.ts";
import { root } from "../../machine/paths.ts";
import { adoptCodes } from "../../ops/adopt/findings.ts";
import { doctorCodes } from "../../ops/doctor/findings.ts";
import { driftCodes } from "../../ops/drift/findings.ts";
import { reviewCodes } from "../../ops/review/findings.ts";
import { settingCodes } from "../../ops/review/setting-change.ts";
import { upCodes } from "../../ops/up/findings.ts";
import { readFailureCodes, smokeCodes } from "../../smoke/finding.ts";
import { drillCodes } from "../drill/findings.ts";
import { adoptSection } from "./adopt.ts";
import { catalogueSection } from "./catalogue.ts";
import { connectionSection } from "./connection.ts";
import { doctorSection } from "./doctor.ts";
import { driftSection } from "./drift.ts";
import { drillSection } from "./drill.ts";
import { preflightSection } from "./preflight.ts";
import { reviewSection } from "./review.ts";
import { renderSection } from "./section.ts";
import { settingsSection } from "./settings.ts";
import { smokeSection } from "./smoke.ts";
import { upSection } from "./up.ts";

const sections = [
  [catalogueSection, catalogueCodes],
  [connectionSection, connectionFailureCodes],
  [preflightSection, preflightCodes],
  [reviewSection, reviewCodes],
  [settingsSection, settingCodes],
  [upSection, upCodes],
  [driftSection, driftCodes],
  [adoptSection, adoptCodes],
  [doctorSection, doctorCodes],
  [smokeSection, [...smokeCodes, ...readFailureCodes]],
  [drillSection, drillCodes],
] as const;

const intro = `# Findings

Everything that a command discovers is a finding with a stable code. Exit codes, JSON and tests depend on the code; the
wording may change in any version. The JSON of every command has \`"version": 1\`: new codes and fields do not change this
number, a breaking change increases it. Each finding has a \`code\` and, where they apply, \`topic\`, \`expected\` and
\`observed\`, with values in the broker's format.

For example, \`npm run --silent review -- --json\` for a shorter retention:

\`\`\`json
{
  "version": 1,
  "stack": "dev",
  "hash": "31cfcbbf9c55c97af642a5819402792a8987d0933511c8dbbc2176aa749521c9",
  "verdict": "caution",
  "summary": "No change is known to lose records; 1 of 1 change needs caution.",
  "settings": [],
  "changes": [
    {
      "topic": "orders",
      "op": "update",
      "risk": "caution",
      "code": "RETENTION_SHORTENED",
      "key": "retention.ms",
      "expected": "1728000000",
      "observed": "2592000000",
      "records": {
        "all": 6,
        "older": 0
      },
      "what": "retention.ms 30 days → 20 days: none of its 6 records is older now"
    }
  ],
  "losses": [],
  "errors": [],
  "warnings": []
}
\`\`\`

| command | findings | other fields |
|---|---|---|
| \`review\` | \`changes\`, \`settings\`, \`errors\`, \`warnings\` | \`verdict\` (the worst risk of the changes and settings, or \`failed\`), \`base\` (the commit with which the settings are compared), \`losses\` (topics that would lose records, and whether that is allowed), \`hash\` (of the evaluated catalogue and the stack's config); in each change \`op\` (the engine's step), \`risk\`, \`records\`, \`what\` |
| \`drift\` | \`differences\`, \`warnings\` (topics whose replicas are moving), \`errors\` (what could not be compared) | \`topics\` (how many were compared), \`leftOut\` (topics of other software), \`ignored\` (differences that the stack ignores), \`isDrifted\` |
| \`adopt\` | \`adopted\` (a topic with a \`code\` gets \`smoke: "dry-run"\`, unless \`smoke\` of each stack's config makes that unnecessary; \`exempt\` are limits that do not apply to the topic, \`unset\` configs that are \`null\`), \`internal\` (topics of other software, which are left out), \`elsewhere\` (topics that only other stacks have), \`errors\` (topics that cannot be declared) | \`files\`, and \`file\` if there is one, \`gone\` (topics that were deleted meanwhile), \`declared\` (how many topics the catalogue already had) |
| \`doctor\` | \`steps[].findings\` | in each step \`step\`, \`status\` (\`passed\`, \`warning\`, \`failed\` or \`skipped\`), and in \`observed\` what the step found out |
| \`smoke\` | \`topics[].checks[]\` that did not pass | [smoke/result.ts](../smoke/result.ts) |

\`--topic\` and \`--exclude\` select the topics that are compared, adopted or tested. In a review, they select only what the
list \`changes\` contains, and the exemptions of topics in \`settings\`: \`verdict\`, \`losses\`, \`errors\`, \`warnings\` and the exit code apply to the whole update, which
deploys all topics.

The examples below are rendered from sample data; \`npm test -- dev/findings --update\` writes this file.
`;

test.each(sections)("The section documents exactly the codes of its union: $title", ({ codes }, listed) => {
  expect(Object.keys(codes).sort()).toEqual([...listed].sort());
});

test("docs/findings.md has the current message of each finding", async () => {
  const document = [intro, ...sections.map(([section]) => renderSection(section))].join("\n");
  await expect(document).toMatchFileSnapshot(join(root, "docs", "findings.md"));
});
