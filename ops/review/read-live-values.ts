import type { Connection } from "../../kafka/connection.ts";
import { readConfiguredTopics } from "../../kafka/live-cluster.ts";
import { countRecords, type RecordCount } from "../../kafka/record-counts.ts";
import { readDefaultConfigs } from "../../kafka/validate-only.ts";
import type { Step } from "../../pulumi/preview.ts";
import type { Doubt } from "./findings.ts";
import { inputsOf, type LiveValues } from "./judge.ts";
import { repair } from "./repairs.ts";

/** What the cluster tells of the topics that the steps change, by name. */
export async function readLiveValues(
  connection: Connection,
  changed: readonly Step[],
  doubt: (doubt: Doubt) => void,
): Promise<Map<string, LiveValues>> {
  const names = [...new Set(changed.map(({ name }) => name))];
  const [first] = names;
  if (first === undefined) return new Map();
  const [cluster, defaults] = await Promise.all([
    readConfiguredTopics(connection, names),
    readDefaultConfigs(connection, first),
  ]);
  const now = Date.now();
  const counted = changed.map(({ name, op, after }) => {
    const { config } = inputsOf(after);
    const kept = op === repair ? cluster.configured.get(name)?.configs.values : undefined;
    const retention = config.get("retention.ms") ?? (kept ?? defaults).get("retention.ms") ?? "-1";
    return { topic: name, since: Number(retention) < 0 ? 0 : now - Number(retention) };
  });
  const records = await countRecords(connection, cluster, counted).catch((error: Error) => {
    doubt({ code: "RECORDS_NOT_COUNTED", observed: error.message });
    return new Map<string, RecordCount>();
  });
  return new Map(
    names.map((name) => {
      const { configs } = cluster.configured.get(name) ?? {};
      return [name, { configs, defaults, records: records.get(name) }];
    }),
  );
}
