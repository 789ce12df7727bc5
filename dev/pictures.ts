import { join } from "node:path";
import { root } from "../machine/paths.ts";

// The folder to which the test writes the README's pictures.
process.env.PICTURES = join(root, "docs", "pictures");
process.argv.push("test/pictures.test.ts");
await import("./test.ts");
