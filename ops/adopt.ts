import { parseArgs } from "node:util";
import { isUnread, readCatalogue } from "../infra/catalogue.ts";
import { RefusedError } from "../kafka/refused-error.ts";
import { readStackConnection } from "../pulumi/stack-config.ts";
import { chooseStack } from "../pulumi/stack-name.ts";
import { renderCatalogue } from "./adopt/catalogue-source.ts";
import { findTopics, type Wanted } from "./adopt/find-topics.ts";
import { checkOut, writeNewFile } from "./adopt/out-file.ts";
import { explainNothing, reportAdoption, reportObstacles } from "./adopt/report.ts";
import { parsePattern } from "./pattern.ts";

const help = `Usage: npm run adopt -- [--stack NAME] [--include RE] [--exclude RE] [--internal] [--out FILE]

Writes a catalogue file that declares the topics on a stack's cluster as they are. The next update adopts them and
changes nothing. Topics that the catalogue declares already, Kafka's own topics and those of other software (a schema
registry, Kafka Connect, Kafka Streams) are left out. A topic whose newest records are not JSON gets smoke: "metadata".
Nothing on the cluster is changed.

  --stack NAME  the stack, else PULUMI_STACK, else dev
  --include RE  only topics whose name matches, in any part of it
  --exclude RE  not those whose name matches
  --internal    other software's topics too, with smoke: "metadata"
  --out FILE    a new .ts file under infra/topics/, in any directory (infra/topics/adopted.ts)

Exits with 0, or with 1 when nothing was written or a topic was left out that a catalogue cannot declare.
`;

const args = process.argv.slice(2);
try {
  const { values } = parseArgs({
    args,
    options: {
      stack: { type: "string", short: "s" },
      include: { type: "string" },
      exclude: { type: "string" },
      internal: { type: "boolean", default: false },
      out: { type: "string", default: "infra/topics/adopted.ts" },
      help: { type: "boolean" },
    },
  });
  if (values.help) process.stdout.write(help);
  else
    await adopt(values.out, {
      include: parsePattern("--include", values.include),
      exclude: parsePattern("--exclude", values.exclude),
      internal: values.internal,
    });
} catch (error) {
  process.stderr.write(`Nothing was written.\n${(error as Error).message.trimEnd()}\n`);
  process.exitCode = 1;
}

async function adopt(out: string, wanted: Omit<Wanted, "declared">): Promise<void> {
  const stack = chooseStack(args);
  const { path, place, infra } = checkOut(out);
  const [connection, catalogue] = await Promise.all([readStackConnection(stack), readCatalogue()]);
  // A topic of a file that is not read would be declared twice.
  const unread = catalogue.problems.filter(isUnread);
  if (unread.length > 0) throw new RefusedError(unread);

  const found = await findTopics(connection, { ...wanted, declared: catalogue.names });
  if (found.adopted.length === 0) throw new Error(explainNothing(found));
  writeNewFile(path, renderCatalogue(found.adopted, infra));
  process.stdout.write(reportAdoption(found, place));
  process.stdout.write(
    `Next: npm run review -- --stack ${stack}, which shows them as adopted, then npm run up.\n`,
  );
  process.stderr.write(reportObstacles(found));
  if (found.obstacles.size > 0) process.exitCode = 1;
}
