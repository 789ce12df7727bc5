import { parse, View } from "vega";
import { compile, type TopLevelSpec } from "vega-lite";

/** Draws a Vega-Lite specification as an SVG document, the same for the same data. */
export async function renderSvg(specification: TopLevelSpec): Promise<string> {
  // Readers see it on GitHub's light and dark pages.
  const { spec } = compile({ background: "white", padding: 10, ...specification });
  const view = new View(parse(spec), { renderer: "none" });
  try {
    return `${await view.toSVG()}\n`;
  } finally {
    view.finalize();
  }
}
