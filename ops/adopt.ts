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
import { type LiveTopic, readLiveCluster } from "../kafka/live-cluster.ts";
import { readLiveConfigs } from "../kafka/live-configs.ts";
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
  // Kafka's own, `__share_group_state` say, are not all marked as internal.
  const own = topics.filter(({ internal, name }) => !internal && !name.startsWith("__"));
  const wanted = own.filter(({ name }) => (include?.test(name) ?? true) && !exclude?.test(name));
  const found = wanted.filter(({ name }) => !declared.has(name));
  const known = wanted.length - found.length;
  if (found.length === 0) {
    const others = known > 0 ? `, ${known} of which the catalogue has already` : "";
    throw new Error(
      `No topic to adopt: ${countOf(wanted.length, "topic")} of the cluster's ${own.length} match${others}.`,
    );
  }

  const configs = await readLiveConfigs(
    connection,
    found.map(({ name }) => name),
  );
  const hidden = found.filter(({ name }) => !configs.has(name)).map(({ name }) => name);
  if (hidden.length > 0) {
    const who = principalOf(connection);
    throw new Error(
      `${who} may not read the configs. Grant it DESCRIBE_CONFIGS on topics ${hidden.join(", ")}.`,
    );
  }
  const refused = found.flatMap((topic) => {
    const minInSync = Number(configs.get(topic.name)?.values.get("min.insync.replicas"));
    const problems = parseTopic("the cluster", topic.name, { partitions: 1 });
    const isDead = minInSync > replicasOf(topic) && configs.get(topic.name)?.own.has("min.insync.replicas");
    const dead = `min.insync.replicas ${minInSync} of ${replicasOf(topic)} replicas`;
    if (Array.isArray(problems)) return [`${topic.name}: allowed: ${problems[0]?.allowed}`];
    return isDead ? [`${topic.name}: ${dead}: nothing could be written with acks=all`] : [];
  });
  if (refused.length > 0) {
    throw new Error(`A catalogue refuses these; mend them, or --exclude them:\n  ${refused.join("\n  ")}`);
  }
  const source = renderCatalogue(
    found.map((topic) => {
      const { values, own } = configs.get(topic.name) ?? {
        values: new Map<string, string>(),
        own: new Set<string>(),
      };
      const config = Object.fromEntries([...own].map((key) => [key, values.get(key) ?? ""]));
      return {
        name: topic.name,
        partitions: topic.partitions.length,
        replicationFactor: replicasOf(topic),
        config,
      };
    }),
  );
  writeFileSync(file, source, { flag: "wx" });
  process.stdout.write(`${countOf(found.length, "topic")} written to ${out}.\n`);
  const kept = topics.filter(({ internal, name }) => !internal && name.startsWith("__")).length;
  if (kept > 0) process.stdout.write(`${kept} left out: names that begin with "__" are Kafka's own.\n`);
  if (known > 0) process.stdout.write(`${known} left alone: the catalogue has them.\n`);
  process.stdout.write(
    `Next: npm run review -- --stack ${stack}, which shows them as adopted, then npm run up.\n`,
  );
}

/** Of its first partition, as the provider tells it. */
function replicasOf({ partitions }: LiveTopic): number {
  return partitions[0]?.replicas.length ?? 1;
}
