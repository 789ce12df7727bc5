// Node loads this before the program that the engine runs (pulumi/environment.ts). Half of the program's time would go to
// modules that it never uses: Pulumi's SDK loads TypeScript's compiler, npm's package tree, a tracer and its Automation
// API. Each is loaded when it is first used.
import { readFileSync } from "node:fs";
import module from "node:module";
import { fileURLToPath } from "node:url";

// The language host that the set-up builds does not read `typescript: false` in Pulumi.yaml. With "true", the SDK loads
// TypeScript's compiler, which a program that starts with a .mjs file does not need.
if (process.env.PULUMI_NODEJS_TYPESCRIPT) process.env.PULUMI_NODEJS_TYPESCRIPT = "false";

/** Stands for a module until one of its properties is read. */
const loadOnRead = `
let real;
const load = () => {
  delete require.cache[__filename];
  return require(__filename);
};
module.exports = new Proxy({}, { get: (_, key) => (key === "__esModule" ? true : (real ??= load())[key]) });`;

/** Ends a module whose imports are called, or constructed, only when Pulumi traces. */
const importLater = `
function later(load) {
  return new Proxy(function () {}, {
    apply: (_, self, args) => Reflect.apply(load(), self, args),
    construct: (_, args) => Reflect.construct(load(), args),
  });
}`;

/** @type {readonly [RegExp, (file: string) => string][]} */
const replaced = [
  [/\/typescript\/lib\/typescript\.js$/, () => loadOnRead],
  [/\/@npmcli\/arborist\/lib\/index\.js$/, () => loadOnRead],
  [/\/@pulumi\/pulumi\/automation\/index\.js$/, () => loadOnRead],
  [
    /\/@pulumi\/pulumi\/cmd\/run\/tracing\.js$/,
    (file) => readFileSync(file, "utf8").replace(imports, toLater) + importLater,
  ],
  // It reads the source maps of the SDK's files for every stack trace, and the SDK takes one for every resource.
  [/\/source-map-support\/register\.js$/, () => ""],
];
const seen = new Set();

const imports = /^const \{ (.*) \} = require\((".*")\);$/gm;

/** @param {string} _ @param {string} names @param {string} from */
function toLater(_, names, from) {
  return names
    .split(", ")
    .map((name) => `const ${name} = later(() => require(${from}).${name});`)
    .join("");
}

module.registerHooks({
  load(url, context, next) {
    const [, source] = (!seen.has(url) && replaced.find(([file]) => file.test(url))) || [];
    if (!source) return next(url, context);
    seen.add(url);
    return { format: "commonjs", shortCircuit: true, source: source(fileURLToPath(url)) };
  },
});
