import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TopLevelSpec } from "vega-lite";
import { root } from "../../../machine/paths.ts";
import { renderSvg } from "../../charts/render-svg.ts";
import { fillBlocks } from "../../documents/blocks.ts";
import type { Results } from "../results.ts";
import { drawCost, drawLoads } from "./charts.ts";
import { drawCreation, drawDivision, drawGrowth, drawSizes } from "./scale-charts.ts";
import { renderCreation, renderDivision, renderGrowth, renderLimits, renderSizes } from "./scale-tables.ts";
import {
  describeMachine,
  renderLoads,
  renderRatios,
  renderSingles,
  renderTargets,
  renderTimes,
  singlesOf,
} from "./tables.ts";

const documents = ["README.md", "docs/scale.md"];
const pictures = join("docs", "pictures");

/** Writes the tables in the README and docs/scale.md, and their pictures. */
export async function writeReport(results: Results): Promise<void> {
  for (const [name, text] of renderDocuments(results)) writeFileSync(join(root, name), text);
  await writePictures(results, join(root, pictures));
}

/** Renders the documents with the tables of these results, by path. */
export function renderDocuments(results: Results): Map<string, string> {
  const blocks = renderBlocks(results);
  return new Map(documents.map((name) => [name, fillBlocks(readFileSync(join(root, name), "utf8"), blocks)]));
}

/** Writes all tables and pictures to a separate folder. */
export async function writeReportFolder(results: Results, folder: string): Promise<void> {
  const parts = [...renderBlocks(results)].map(([name, content]) => `## ${name}\n\n${content}\n`);
  writeFileSync(join(folder, "report.md"), parts.join("\n"));
  await writePictures(results, folder);
}

/** The content of a block until `npm run bench` has measured it. */
const unmeasured = "Not measured yet.";

function renderBlocks(results: Results): Map<string, string> {
  const { cells, loads, scale } = results;
  const picture = (title: string, file: string) => `![${title}](${file})\n\n`;
  const onceMeasured = (measured: readonly unknown[], render: () => string) =>
    measured.length > 0 ? render() : unmeasured;
  const growing = (title: string, name: string, table: string) =>
    onceMeasured(scale, () => picture(title, `pictures/scale-${name}.svg`) + table);
  return new Map([
    ["machine", describeMachine(results.machine)],
    [
      "ratios",
      onceMeasured(
        cells,
        () => picture("What topics cost", "docs/pictures/cost.svg") + renderRatios(results),
      ),
    ],
    ["times", onceMeasured(cells, () => renderTimes(results))],
    ["singles", onceMeasured(singlesOf(results), () => renderSingles(results))],
    ["targets", renderTargets(results)],
    [
      "loads",
      onceMeasured(
        loads,
        () => picture("The same records on more topics", "pictures/throughput.svg") + renderLoads(results),
      ),
    ],
    ["growth", growing("One stack, ever more topics", "growth", renderGrowth(results))],
    ["creation", growing("To create one more topic", "creation", renderCreation(results))],
    ["sizes", growing("What grows with the topics", "sizes", renderSizes(results))],
    ["limits", onceMeasured(results.limits, () => renderLimits(results))],
    ["division", growing("One of so many stacks", "division", renderDivision(results))],
  ]);
}

async function writePictures(results: Results, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const { cells, loads, scale } = results;
  const charts: [name: string, measured: readonly unknown[], draw: (results: Results) => TopLevelSpec][] = [
    ["cost", cells, drawCost],
    ["throughput", loads, drawLoads],
    ["scale-growth", scale, drawGrowth],
    ["scale-creation", scale, drawCreation],
    ["scale-sizes", scale, drawSizes],
    ["scale-division", scale, drawDivision],
  ];
  for (const [name, measured, draw] of charts)
    if (measured.length > 0) writeFileSync(join(folder, `${name}.svg`), await renderSvg(draw(results)));
}
