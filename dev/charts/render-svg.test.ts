import { expect, test } from "vitest";
import { renderSvg } from "./render-svg.ts";

test("A chart is an SVG document with the axis titles and a mark for each value", async () => {
  const svg = await renderSvg({
    data: {
      values: [
        { topics: 10, seconds: 1 },
        { topics: 1000, seconds: 9 },
      ],
    },
    mark: "point",
    encoding: {
      x: { field: "topics", type: "quantitative", title: "topics", scale: { type: "log" } },
      y: { field: "seconds", type: "quantitative", title: "seconds" },
    },
  });
  expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"/);
  for (const title of ["topics", "seconds"]) expect(svg).toContain(`>${title}</text>`);
  expect(svg.match(/aria-roledescription="point"/g)).toHaveLength(2);
});
