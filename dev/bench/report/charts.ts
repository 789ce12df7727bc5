import type { TopLevelSpec } from "vega-lite";
import { columns, operations, type Results } from "../results.ts";
import { summarize } from "../statistics.ts";
import { describeMachine } from "./tables.ts";

const topicsAxis = {
  field: "topics",
  type: "quantitative",
  scale: { type: "log" },
  title: "topics",
} as const;

/** Draws how the time of each operation grows with the topics, one panel for each. */
export function drawCost(results: Results): TopLevelSpec {
  const sizes = new Set(results.cells.map(({ topics }) => topics));
  const values = results.cells
    .filter(({ operation }) => operation !== "start unchanged" && operation !== "up of real topics")
    .map(({ operation, column, topics, durationsMs }) => {
      const { median, least, most } = summarize(durationsMs.map((ms) => ms / 1000));
      return { operation, column, topics, median, least, most };
    });
  return {
    title: {
      text: "What topics cost",
      subtitle: describeMachine(results.machine).split("; "),
      anchor: "start",
    },
    data: { values },
    facet: { field: "operation", type: "nominal", sort: [...operations], title: null },
    columns: 4,
    spec: {
      width: 170,
      height: 150,
      encoding: {
        x: { ...topicsAxis, axis: { values: [...sizes] } },
        color: {
          field: "column",
          type: "nominal",
          sort: [...columns],
          title: null,
          legend: { orient: "bottom", columns: columns.length },
        },
      },
      layer: [
        {
          mark: { type: "line", point: true },
          encoding: {
            y: { field: "median", type: "quantitative", scale: { type: "log" }, title: "seconds" },
          },
        },
        {
          mark: { type: "rule", opacity: 0.6 },
          encoding: { y: { field: "least", type: "quantitative" }, y2: { field: "most" } },
        },
      ],
    },
  };
}

/** Draws how more topics affect throughput, latency, files, heap and restart, one panel for each. */
export function drawLoads({ loads, machine }: Results): TopLevelSpec {
  const values = loads.flatMap((load) => {
    const shape = {
      topics: load.topics,
      kind: `${load.partitions} × ${load.replicationFactor}`,
    };
    const panels: [panel: string, values: readonly number[]][] = [
      ["produced, MiB/s", load.producedMiBPerSecond],
      ["consumed, MiB/s", load.consumedMiBPerSecond],
      ["99th percentile of latency, ms", load.latencyMs99],
      ["mean batch, bytes", load.batchBytes],
      ["open files of a broker", [load.openFiles]],
      ["memory maps of a broker", [load.memoryMaps]],
      ["heap of a broker, MiB", [load.heapMiB]],
      ["restart of a broker, s", [load.restartMs / 1000]],
    ];
    return panels.map(([panel, measured]) => ({ ...shape, panel, ...summarize(measured) }));
  });
  return {
    title: {
      text: "The same records on more topics",
      subtitle: ["Lines are partitions × replicas of each topic.", ...describeMachine(machine).split("; ")],
      anchor: "start",
    },
    data: { values },
    facet: { field: "panel", type: "nominal", sort: null, title: null },
    columns: 4,
    resolve: { scale: { y: "independent" } },
    spec: {
      width: 170,
      height: 150,
      encoding: {
        x: { ...topicsAxis, axis: { values: [1, 10, 100, 1_000] } },
        color: { field: "kind", type: "nominal", title: null, legend: { orient: "bottom" } },
      },
      layer: [
        {
          mark: { type: "line", point: true },
          encoding: { y: { field: "median", type: "quantitative", title: null } },
        },
        {
          mark: { type: "rule", opacity: 0.6 },
          encoding: { y: { field: "least", type: "quantitative" }, y2: { field: "most" } },
        },
      ],
    },
  };
}
