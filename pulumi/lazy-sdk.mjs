// Node loads this before the program (environment.ts). Pulumi's SDK loads 770 modules in 0.8 s of a processor's time, of
// which TypeScript's compiler and npm's package tree take 0.55 s. Both serve functions that the SDK serializes, for dynamic
// providers for example. This program has none, so each is loaded only when something reads a property of it.
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
