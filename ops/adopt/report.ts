import { countOf } from "../../kafka/describe-value.ts";
import type { FoundTopics } from "./find-topics.ts";

/** What was written, what the smoke suite will do with it, and what was left out on purpose. */
export function reportAdoption({ adopted, internal, gone, counts }: FoundTopics, place: string): string {
  const written = adopted.filter(({ metadataOnly }) => metadataOnly === undefined).map(({ name }) => name);
  const checked = adopted.length - written.length;
  return lines(
    `${countOf(adopted.length, "topic")} written to ${place}.`,
    written.length === 0
      ? "npm run smoke writes no records to these topics."
      : `npm run smoke writes a JSON record to each partition of ${countOf(written.length, "topic")}:`,
    ...written.sort().map((name) => `  ${name}`),
    checked > 0 &&
      `For ${countOf(checked, "topic")} it checks only the metadata; comments in the file give the reasons.`,
    ...reportInternal(internal),
    gone.length > 0 &&
      `${countOf(gone.length, "topic")} ${gone.length === 1 ? "was" : "were"} deleted meanwhile: ${listFew(gone)}.`,
    counts.declared > 0 &&
      `${countOf(counts.declared, "topic")} skipped: the catalogue declares them already.`,
  );
}

/** The topics that a catalogue cannot declare, each with the reasons. */
export function reportObstacles({ obstacles }: FoundTopics): string {
  if (obstacles.size === 0) return "";
  return lines(
    `${countOf(obstacles.size, "topic")} left out, because a catalogue cannot declare them as they are:`,
    ...[...obstacles].sort().map(([name, reasons]) => `  ${name}: ${reasons.join("; ")}`),
    "Change them on the cluster, or leave them out with --exclude.",
  );
}

/** Why there is nothing to write. */
export function explainNothing(found: FoundTopics): string {
  const { internal, gone, counts } = found;
  return lines(
    `No topic to adopt: ${countOf(counts.matching, "topic")} of the cluster's ${counts.all} match.`,
    counts.declared > 0 && `The catalogue declares ${counts.declared} of them already.`,
    ...reportInternal(internal),
    gone.length > 0 && `Deleted meanwhile: ${listFew(gone)}.`,
    reportObstacles(found).trimEnd(),
  );
}

function reportInternal(internal: FoundTopics["internal"]): string[] {
  if (internal.size === 0) return [];
  const bySoftware = Map.groupBy(internal, ([, software]) => software);
  return [
    `${countOf(internal.size, "topic")} of other software left out; --internal adopts them with smoke: "metadata":`,
    ...[...bySoftware].map(([software, topics]) => {
      const names = topics.map(([name]) => name).sort();
      return `  ${software}: ${listFew(names)}`;
    }),
  ];
}

const few = 3;

/** `a, b, c and 5 others` */
function listFew(names: readonly string[]): string {
  const others = names.length - few;
  return names.slice(0, few).join(", ") + (others > 0 ? ` and ${countOf(others, "other")}` : "");
}

function lines(...texts: (string | false)[]): string {
  return texts
    .filter(Boolean)
    .map((text) => `${text}\n`)
    .join("");
}
