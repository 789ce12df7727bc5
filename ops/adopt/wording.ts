import { stackFile } from "../../infra/stack.ts";
import { countOf } from "../../kafka/describe-value.ts";
import type { UnreadCode } from "../../kafka/newest-records.ts";
import { generalize, groupTopics, listFew } from "../../kafka/topic-groups.ts";
import { describeUnread } from "../../kafka/unread-topics.ts";
import type { AdoptedTopic, DryRunReason, Elsewhere, FoundTopics, Obstacle } from "./findings.ts";

const unread: Readonly<Record<UnreadCode, string>> = {
  NO_LEADER: "Its newest records are unknown: a partition had no leader.",
  NOT_AUTHORIZED: "Its newest records are unknown: READ was not granted.",
  NOT_DECODED: "Its newest records cannot be decoded.",
  READ_THROTTLED: "Its newest records are unknown: the quota consumer_byte_rate throttles this client.",
  NO_ANSWER: "Its newest records are unknown: a broker did not return them.",
  NO_VALUES: "Its newest records have no values.",
};

/** Describes why the smoke suite makes a dry run of a topic, in a sentence for its declaration. */
export function describeReason(reason: DryRunReason): string {
  switch (reason.code) {
    case "RECORDS_NOT_JSON":
      return `Its newest records are not JSON (partition ${reason.partition}, offset ${reason.offset}).`;
    case "RECORDS_UNKNOWN":
      return unread[reason.observed];
    case "TOPIC_OF_OTHER_SOFTWARE":
      return `It belongs to ${reason.observed}.`;
  }
}

/** Describes why a catalogue cannot declare a topic. */
export function describeObstacle(obstacle: Obstacle): string {
  switch (obstacle.code) {
    case "REPLICATION_FACTOR_UNEVEN":
      return `its partitions have ${obstacle.observed.join(" and ")} replicas, perhaps because of a reassignment`;
    case "CONFIG_NOT_EXPRESSIBLE":
      return `${obstacle.key} is ${JSON.stringify(obstacle.observed)}, which a catalogue cannot express`;
    case "CONFIGS_CONTRADICT":
      return `${obstacle.key} is ${obstacle.observed}, allowed: ${obstacle.expected}`;
    case "DECLARATION_INVALID":
      return `${obstacle.field}: allowed: ${obstacle.expected}`;
    case "TOPIC_NAMES_COLLIDE":
      return `the catalogue declares ${obstacle.observed}, which differs only in "." and "_"`;
    case "PERMISSION_MISSING":
    case "CONFIGS_UNREADABLE":
      return describeUnread(obstacle);
  }
}

/** Describes where a topic of other stacks is declared, and how to declare it for this stack too. */
export function describeElsewhere({ file, observed }: Elsewhere, stack: string): string {
  const change = observed
    ? `set stacks: ${JSON.stringify([...observed, stack]).replaceAll(",", ", ")}`
    : `remove ${JSON.stringify(stack)} from stacks`;
  return `declared in ${file}, but not for stack ${stack}. To adopt it, ${change} in this file.`;
}

/** Reports what was written, what the smoke suite does with it, and what was left out on purpose. */
export function reportAdoption(
  { adopted, internal, elsewhere, gone, counts }: FoundTopics,
  places: readonly string[],
  stack: string,
): string {
  const [first = ""] = places;
  const where = places.length === 1 ? first : `${countOf(places.length, "file")} under infra/topics/`;
  const {
    declared = [],
    ofStack = [],
    produced = [],
  } = Object.groupBy(adopted, ({ smoke, smokeOfStack }) =>
    smoke !== undefined ? "declared" : (smokeOfStack ?? "produce") !== "produce" ? "ofStack" : "produced",
  );
  const written = produced.map(({ name }) => name);
  return lines(
    `${countOf(adopted.length, "topic")} written to ${where}.`,
    written.length === 0
      ? "npm run smoke writes no records to these topics."
      : `npm run smoke writes a JSON record to each partition of ${countOf(written.length, "topic")}:`,
    ...written.sort().map((name) => `  ${name}`),
    declared.length > 0 &&
      `It makes a dry run of ${countOf(declared.length, "topic")}, which writes nothing; comments in the file give the reasons.`,
    ofStack.length > 0 &&
      `It writes no records to ${countOf(ofStack.length, "topic")}, as ${stackFile(stack)} says (smoke).`,
    ...reportExceptions(adopted, stack),
    ...reportInternal(internal),
    ...reportElsewhere(elsewhere, stack),
    gone.length > 0 &&
      `${countOf(gone.length, "topic")} ${gone.length === 1 ? "was" : "were"} deleted meanwhile: ${listFew(gone)}.`,
    counts.declared > 0 && `${countOf(counts.declared, "topic")} skipped: already declared in the catalogue.`,
    ...reportIgnored(counts, stack),
    `Next: npm run review -- --stack ${stack}, which shows them as adopted, then npm run up.`,
  );
}

/** Reports the topics that a catalogue cannot declare, each with the reasons. */
export function reportObstacles({ obstacles }: FoundTopics, isVerbose = false): string {
  if (obstacles.size === 0) return "";
  return lines(
    `${countOf(obstacles.size, "topic")} left out, because a catalogue cannot declare them as they are:`,
    ...describeObstacles(obstacles, isVerbose).map((line) => `  ${line}`),
    "Change them on the cluster, or leave them out with --exclude.",
  );
}

/** Describes obstacles; topics with the same obstacles share a line. */
function describeObstacles(obstacles: FoundTopics["obstacles"], isVerbose: boolean): string[] {
  const described = [...obstacles]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([topic, own]) => ({ topic, reasons: own.map(describeObstacle).join("; ") }));
  // A reason may name its topic, for example in the permission to grant.
  const identify = ({ topic, reasons }: { topic: string; reasons: string }) => [generalize(reasons, topic)];
  return groupTopics(described, identify, isVerbose).map(
    ({ topics, first, word }) => `${topics}: ${word(first.reasons)}`,
  );
}

/** Explains why there is nothing to write. */
export function explainNothing(found: FoundTopics, stack: string): string {
  const { internal, elsewhere, gone, counts } = found;
  return lines(
    `No topics to adopt: ${countOf(counts.matching, "topic")} selected, of ${counts.all} on the cluster.`,
    counts.declared > 0 && `The catalogue already declares ${counts.declared} of them.`,
    ...reportIgnored(counts, stack),
    ...reportInternal(internal),
    ...reportElsewhere(elsewhere, stack),
    gone.length > 0 && `Deleted meanwhile: ${listFew(gone)}.`,
  );
}

function reportIgnored({ ignored }: FoundTopics["counts"], stack: string): string[] {
  return ignored > 0 ? [`${countOf(ignored, "topic")} left out, as ${stackFile(stack)} says (ignore).`] : [];
}

function reportInternal(internal: FoundTopics["internal"]): string[] {
  if (internal.size === 0) return [];
  const bySoftware = Map.groupBy(internal, ([, software]) => software);
  return [
    `${countOf(internal.size, "topic")} of other software left out; --internal adopts them with smoke: "dry-run":`,
    ...[...bySoftware].map(([software, topics]) => {
      const names = topics.map(([name]) => name).sort();
      return `  ${software}: ${listFew(names)}`;
    }),
  ];
}

/** Reports from which limits topics are exempt, and which defaults of the stack they do not get. */
function reportExceptions(adopted: readonly AdoptedTopic[], stack: string): string[] {
  const exempt = adopted.flatMap(({ name, exempt = {} }) =>
    Object.keys(exempt).map((key) => ({ key, name })),
  );
  const unset = adopted.flatMap(({ name, unset = [] }) => unset.map((key) => ({ key, name })));
  const list = (exceptions: typeof exempt) =>
    [...Map.groupBy(exceptions, ({ key }) => key)].map(
      ([key, own]) => `  ${key}: ${listFew(own.map(({ name }) => name))}`,
    );
  const file = stackFile(stack);
  return [
    ...(exempt.length > 0
      ? [`${countOf(exempt.length, "exemption")} from limits of ${file} that the topics violate:`]
      : []),
    ...list(exempt),
    ...(unset.length > 0
      ? [`${countOf(unset.length, "config")} set to null, so that no default of ${file} changes the topics:`]
      : []),
    ...list(unset),
  ];
}

/** Reports the topics that only other stacks declare; those with the same declaration share a line. */
function reportElsewhere(elsewhere: FoundTopics["elsewhere"], stack: string): string[] {
  if (elsewhere.size === 0) return [];
  const described = [...elsewhere].map(([topic, own]) => ({ topic, text: describeElsewhere(own, stack) }));
  return [
    `${countOf(elsewhere.size, "topic")} left out, because the catalogue declares them for other stacks:`,
    ...groupTopics(described, ({ text }) => [text], false).map(
      ({ topics, first }) => `  ${topics}: ${first.text}`,
    ),
  ];
}

function lines(...texts: (string | false)[]): string {
  return texts.filter(Boolean).join("\n");
}
