// Node loads this before the program (environment.ts). Pulumi's SDK loads 770 modules in 0.8 s of CPU time, of which
// TypeScript's compiler and npm's package tree take 0.55 s. The SDK needs both only to serialize functions, for example
// for dynamic providers. This program has none, so each is loaded only when one of its properties is read.
import module from "node:module";

const lazy = ["/node_modules/typescript/lib/typescript.js", "/node_modules/@npmcli/arborist/lib/index.js"];
const seen = new Set();
const stub = `
let real;
const load = () => {
  delete require.cache[__filename];
  return require(__filename);
};
module.exports = new Proxy({}, { get: (_, key) => (key === "__esModule" ? true : (real ??= load())[key]) });
`;

module.registerHooks({
  load(url, context, next) {
    if (seen.has(url) || !lazy.some((path) => url.endsWith(path))) return next(url, context);
    seen.add(url);
    return { format: "commonjs", shortCircuit: true, source: stub };
  },
});
