import { join } from "node:path";
import { root } from "../machine/paths.ts";

// Where the test that takes the README's pictures keeps them.
process.env.PICTURES = join(root, "docs", "pictures");
process.argv.push("test/pictures.test.ts");
await import("./test.ts");
