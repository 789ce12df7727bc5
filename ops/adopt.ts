import { existsSync, writeFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { parseArgs } from "node:util";
import { root } from "../dev/places.ts";
import { readStackConnection } from "../engine/deployed.ts";
import { chooseStack } from "../engine/pulumi.ts";
import { readCatalogue } from "../infra/catalogue.ts";
import { countOf } from "../infra/describe-value.ts";
import { parseTopic } from "../infra/topic.ts";
import { principalOf } from "../kafka/causes.ts";
import { isKafkasOwn, readLiveCluster } from "../kafka/live-cluster.ts";
import { describeLive, explainUnreadConfigs, readLiveConfigs } from "../kafka/live-configs.ts";
import { renderCatalogue } from "./adopt/catalogue-source.ts";
import { parsePattern } from "./pattern.ts";

const help = `Usage: npm run adopt -- [--stack NAME] [--include RE] [--exclude RE] [--out FILE]

Writes a catalogue file of the topics on the cluster of a stack, as they are. The next update adopts them and changes
nothing. Kafka's own topics and those that the catalogue has already are left out. Nothing on the cluster is touched.

  --stack NAME  the stack, else PULUMI_STACK, else dev
  --include RE  only topics whose name matches, in any part of it
  --exclude RE  not those whose name matches
  --out FILE    where to (infra/topics/adopted.ts); one that is there is not written over

Exits with 0, or with 1 when nothing was written.
`;

const args = process.argv.slice(2);
try {
  const { values } = parseArgs({
    args,
    options: {
      stack: { type: "string", short: "s" },
      include: { type: "string" },
      exclude: { type: "string" },
      out: { type: "string", default: "infra/topics/adopted.ts" },
      help: { type: "boolean" },
    },
  });
  if (values.help) process.stdout.write(help);
  else
    await adopt(
      values.out,
      parsePattern("--include", values.include),
      parsePattern("--exclude", values.exclude),
    );
} catch (error) {
  process.stderr.write(`Nothing was written.\n${(error as Error).message}\n`);
  process.exitCode = 1;
}

async function adopt(out: string, include?: RegExp, exclude?: RegExp): Promise<void> {
  const stack = chooseStack(args);
  if (out === "") throw new Error("--out: given nothing, allowed: a file, infra/topics/NAME.ts");
  const file = isAbsolute(out) ? out : join(root, out);
  if (existsSync(file))
    throw new Error(`${out} is there already. Name another file: --out infra/topics/NAME.ts`);
  const [connection, { names }] = await Promise.all([readStackConnection(stack), readCatalogue()]);
  const declared = new Set(names);
  const { topics } = await readLiveCluster(connection);
  const own = topics.filter((topic) => !isKafkasOwn(topic));
  const wanted = own.filter(({ name }) => (include?.test(name) ?? true) && !exclude?.test(name));
  const found = wanted.filter(({ name }) => !declared.has(name));
  const known = wanted.length - found.length;
  if (found.length === 0) {
    const others = known > 0 ? `, ${known} of which the catalogue has already` : "";
    throw new Error(
      `No topic to adopt: ${countOf(wanted.length, "topic")} of the cluster's ${own.length} match${others}.`,
    );
  }

  const { configs, missing, refusals } = await readLiveConfigs(
    connection,
    found.map(({ name }) => name),
  );
  if (refusals.size > 0) {
    const who = principalOf(connection);
    const reasons = [...refusals].map(
      ([name, refusal]) => `${name}: ${explainUnreadConfigs(name, refusal, who)}`,
    );
    throw new Error(reasons.join("\n"));
  }
  const adopted = found.flatMap((topic) => {
    const own = configs.get(topic.name);
    return own ? [describeLive(topic, own)] : [];
  });
  const refused = adopted.flatMap(({ name, replicationFactor, config }) => {
    const problems = parseTopic("the cluster", name, { partitions: 1 });
    if (Array.isArray(problems)) return [`${name}: allowed: ${problems[0]?.allowed}`];
    const minInSync = Number(config["min.insync.replicas"]);
    if (!(minInSync > replicationFactor)) return [];
    const dead = `min.insync.replicas ${minInSync} of ${replicationFactor} replicas`;
    return [`${name}: ${dead}: nothing could be written with acks=all`];
  });
  if (refused.length > 0) {
    throw new Error(`A catalogue refuses these; mend them, or --exclude them:\n  ${refused.join("\n  ")}`);
  }
  const source = renderCatalogue(adopted);
  writeFileSync(file, source, { flag: "wx" });
  process.stdout.write(`${countOf(adopted.length, "topic")} written to ${out}.\n`);
  const kept = topics.filter((topic) => isKafkasOwn(topic) && !topic.internal).length;
  if (kept > 0) process.stdout.write(`${kept} left out: names that begin with "__" are Kafka's own.\n`);
  if (known > 0) process.stdout.write(`${known} left alone: the catalogue has them.\n`);
  if (missing.size > 0) {
    const were = missing.size === 1 ? "was" : "were";
    process.stdout.write(
      `${countOf(missing.size, "topic")} ${were} deleted meanwhile: ${[...missing].join(", ")}.\n`,
    );
  }
  process.stdout.write(
    `Next: npm run review -- --stack ${stack}, which shows them as adopted, then npm run up.\n`,
  );
}
