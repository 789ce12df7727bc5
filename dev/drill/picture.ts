import type { TopLevelSpec } from "vega-lite";
import { countOf } from "../../kafka/describe-value.ts";
import { renderSvg } from "../charts/render-svg.ts";
import { minInSyncReplicasOf } from "./judge.ts";
import type { Recording } from "./recording.ts";
import type { StepResult } from "./result.ts";
import { brokerSpans, type TopicTimeline, topicTimeline } from "./timeline.ts";
import { describeStepShortly } from "./wording.ts";

/** The label and colour of each kind in the legend. */
const colours = {
  "led by 1": ["led by broker 1", "#4c78a8"],
  "led by 2": ["led by broker 2", "#72b7b2"],
  "led by 3": ["led by broker 3", "#b79ad1"],
  "leader down": ["its leader is down, no new one yet", "#f2a33a"],
  offline: ["no replica may lead", "#d1495b"],
  kept: ["records/s acknowledged", "#9aa5b1"],
  lost: ["acknowledged, then lost", "#000000"],
  silent: ["nothing acknowledged", "#fbe3e4"],
  refused: ["writes refused, too few replicas in sync", "#fff0b3"],
  killed: ["broker killed", "#8c2d3f"],
  paused: ["broker paused", "#c77f1a"],
  stopped: ["broker stopped", "#7d8790"],
} as const;

const legend = {
  field: "kind",
  type: "nominal",
  scale: {
    domain: Object.values(colours).map(([name]) => name),
    range: Object.values(colours).map(([, colour]) => colour),
  },
  legend: { orient: "bottom", columns: 3, title: null, symbolType: "square", labelLimit: 0 },
} as const;

const names = new Map<string, string>(Object.entries(colours).map(([kind, [name]]) => [kind, name]));

const plotWidth = 900;
const [barHeight, rateHeight, partitionHeight] = [13, 30, 4];

/** Draws who led each partition and which records flowed, with one row for each topic, as an SVG document. */
export async function drawTimeline(recording: Recording): Promise<string> {
  const seconds = (recording.to - recording.from) / 1000;
  const topics = recording.topics.map((topic) => topicTimeline(topic, recording));
  return renderSvg({
    vconcat: [
      stepRow(recording.steps, seconds),
      brokerRow(recording, seconds),
      ...topics.flatMap((topic, at) => [
        rateRow(topic, seconds),
        leaderRow(topic, seconds, at === topics.length - 1),
      ]),
    ],
    spacing: 2,
    config: {
      aria: false,
      view: { stroke: null },
      font: "sans-serif",
      title: { anchor: "start", fontSize: 11, fontWeight: "normal", offset: 2, frame: "group" },
    },
  });
}

type Row = Extract<TopLevelSpec, { vconcat: unknown }>["vconcat"][number];

/** Encodes the start of a span, on the same axis in every row. */
function from(seconds: number, isLabelled = false) {
  return {
    field: "from",
    type: "quantitative" as const,
    scale: { domain: [0, seconds], nice: false },
    axis: isLabelled ? { title: "seconds", grid: false, tickCount: 20 } : null,
  };
}

/** Replaces each value's kind with its label in the legend. */
function named<Value extends { readonly kind: string }>(values: readonly Value[]) {
  return { values: values.map((value) => ({ ...value, kind: names.get(value.kind) ?? value.kind })) };
}

/** A bar for each step, with its name. */
function stepRow(steps: readonly StepResult[], seconds: number): Row {
  const values = steps.map((step) => ({
    from: step.from / 1000,
    to: step.to / 1000,
    label: describeStepShortly(step),
  }));
  return {
    width: plotWidth,
    height: barHeight + 3,
    data: { values },
    encoding: { x: from(seconds) },
    layer: [
      { mark: { type: "rect", color: "#e6eaee" }, encoding: { x2: { field: "to" } } },
      {
        mark: { type: "text", align: "left", dx: 4, fontSize: 10, fontWeight: "bold" },
        encoding: { text: { field: "label", type: "nominal" } },
      },
    ],
  };
}

/** A line for each broker, with a bar while it is down. */
function brokerRow(recording: Recording, seconds: number): Row {
  const spans = brokerSpans(recording).map((span) => ({ ...span, broker: `broker ${span.broker}` }));
  return {
    width: plotWidth,
    height: { step: barHeight },
    data: named(spans),
    mark: { type: "bar", height: barHeight - 3 },
    encoding: {
      x: from(seconds),
      x2: { field: "to" },
      y: {
        field: "broker",
        type: "nominal",
        scale: { domain: [1, 2, 3].map((id) => `broker ${id}`) },
        axis: { title: null, ticks: false, domain: false },
      },
      color: legend,
    },
  };
}

/** The records of a topic per second. */
function rateRow({ topic, rates, silences }: TopicTimeline, seconds: number): Row {
  const hasLost = rates.some(({ lost }) => lost > 0);
  const kinds = rates.flatMap(({ at, kept, lost }) => [
    { from: at, records: kept, kind: "kept" },
    ...(hasLost ? [{ from: at, records: lost, kind: "lost" }] : []),
  ]);
  const { name, replicationFactor } = topic;
  const inSync = minInSyncReplicasOf(topic);
  return {
    title: `${name}: ${countOf(replicationFactor, "replica")}, min.insync.replicas ${inSync}`,
    width: plotWidth,
    height: rateHeight,
    layer: [
      {
        data: named(silences),
        mark: "rect",
        encoding: { x: from(seconds), x2: { field: "to" }, color: legend },
      },
      {
        data: named(kinds),
        mark: { type: "area", interpolate: "step-after" },
        encoding: {
          x: from(seconds),
          y: {
            field: "records",
            type: "quantitative",
            axis: { title: null, tickCount: 1, grid: false, domain: false },
          },
          color: legend,
        },
      },
    ],
  };
}

/** A line for each partition of a topic, in the colour of its leader. */
function leaderRow({ partitions }: TopicTimeline, seconds: number, isLast: boolean): Row {
  return {
    width: plotWidth,
    height: { step: partitionHeight },
    data: named(partitions),
    mark: { type: "bar", height: partitionHeight - 1 },
    encoding: {
      x: from(seconds, isLast),
      x2: { field: "to" },
      y: { field: "partition", type: "ordinal", axis: null },
      color: legend,
    },
  };
}
