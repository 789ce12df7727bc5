import { join } from "node:path";
import { expect, test } from "vitest";
import { catalogueCodes, preflightCodes } from "../../infra/findings.ts";
import { root } from "../../machine/paths.ts";
import { adoptCodes } from "../../ops/adopt/findings.ts";
import { driftCodes } from "../../ops/drift/findings.ts";
import { reviewCodes } from "../../ops/review/findings.ts";
import { readFailureCodes, smokeCodes } from "../../smoke/finding.ts";
import { adoptSection } from "./adopt.ts";
import { catalogueSection } from "./catalogue.ts";
import { driftSection } from "./drift.ts";
import { preflightSection } from "./preflight.ts";
import { reviewSection } from "./review.ts";
import { renderSection } from "./section.ts";
import { smokeSection } from "./smoke.ts";

const sections = [
  [catalogueSection, catalogueCodes],
  [preflightSection, preflightCodes],
  [reviewSection, reviewCodes],
  [driftSection, driftCodes],
  [adoptSection, adoptCodes],
  [smokeSection, [...smokeCodes, ...readFailureCodes]],
] as const;

const intro = `# Findings

Everything that a command discovers is a finding with a stable code. Exit codes, JSON and tests depend on the code; the
wording may change in any version. The JSON of every command has \`"version": 1\`: a new code or field leaves that number as
it is, a change that breaks a reader raises it. Each finding in it has \`code\`, \`topic\`, \`expected\` and \`observed\`, as far
as they apply, with the broker's own values.

\`npm run --silent review -- --json\` of a shorter retention, for example:

\`\`\`json
{
  "version": 1,
  "stack": "dev",
  "verdict": "caution",
  "changes": [
    {
      "topic": "orders",
      "op": "update",
      "risk": "caution",
      "code": "RETENTION_SHORTENED",
      "key": "retention.ms",
      "expected": "1728000000",
      "observed": "2592000000",
      "records": { "all": 18, "older": 0 },
      "what": "retention.ms 30 days → 20 days: none of its 18 records is older now"
    }
  ],
  "losses": [],
  "errors": [],
  "warnings": []
}
\`\`\`

| command | what it found | fields beside those of each finding |
|---|---|---|
| \`review\` | \`changes\`, \`errors\`, \`warnings\` | \`verdict\`, \`losses\` (topics that would lose records, and whether that is allowed); of a change \`op\`, \`risk\`, \`records\`, \`what\` |
| \`drift\` | \`differences\`, \`errors\` (what could not be compared) | \`topics\` (how many were compared), \`leftOut\` (topics of other software) |
| \`adopt\` | \`adopted\` (with a code: only with \`smoke: "metadata"\`), \`internal\` (topics of other software, left out), \`errors\` (topics that cannot be declared) | \`file\`, \`gone\` (topics that were deleted meanwhile), \`declared\` (how many the catalogue had before) |
| \`smoke\` | \`topics[].checks[]\` that did not pass | [smoke/result.ts](../smoke/result.ts) |

\`--topic\` and \`--exclude\` narrow what is compared, adopted or tested. Of a review they narrow only the list \`changes\`:
\`verdict\`, \`losses\`, \`errors\`, \`warnings\` and the exit code are about the whole update, which deploys all topics.

The examples below are rendered from sample data: \`npm test -- dev/findings --update\` writes this file.
`;

test.each(sections)("Every code of a section is documented, and no other: $title", ({ codes }, listed) => {
  expect(Object.keys(codes).sort()).toEqual([...listed].sort());
});

test("docs/findings.md shows how each finding is worded", async () => {
  const document = [intro, ...sections.map(([section]) => renderSection(section))].join("\n");
  await expect(document).toMatchFileSnapshot(join(root, "docs", "findings.md"));
});
