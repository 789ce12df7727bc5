import { parse, View } from "vega";
import { compile, type TopLevelSpec } from "vega-lite";

/** Renders a Vega-Lite specification as an SVG document; the same data gives the same document. */
export async function renderSvg(specification: TopLevelSpec): Promise<string> {
  // Readable on GitHub's light and dark pages.
  const { spec } = compile({ background: "white", padding: 10, ...specification });
  const view = new View(parse(spec), { renderer: "none" });
  try {
    return `${await view.toSVG()}\n`;
  } finally {
    view.finalize();
  }
}
