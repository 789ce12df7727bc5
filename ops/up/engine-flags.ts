import { parseArgs } from "node:util";
import { recreationOptions } from "../recreation.ts";
import { dataLossOptions } from "../review/data-loss.ts";

/** The engine's flags that change what an update does. The judged preview gets them too. */
const changing = {
  parallel: { type: "string", short: "p" },
  target: { type: "string", short: "t", multiple: true },
  "target-dependents": { type: "boolean" },
  exclude: { type: "string", multiple: true },
  "exclude-dependents": { type: "boolean" },
  replace: { type: "string", multiple: true },
  "target-replace": { type: "string", multiple: true },
  "policy-pack": { type: "string", multiple: true },
  "policy-pack-config": { type: "string", multiple: true },
  "skip-config-validation": { type: "boolean" },
  "skip-plugin-pre-install": { type: "boolean" },
  "disable-integrity-checking": { type: "boolean" },
} as const;

/** The engine's flags that add no step to an update: they say how it is confirmed, shown, logged and ended. */
const describing = {
  "attach-debugger": { type: "string", multiple: true },
  color: { type: "string" },
  "continue-on-error": { type: "boolean" },
  debug: { type: "boolean", short: "d" },
  diff: { type: "boolean" },
  emoji: { type: "boolean", short: "e" },
  "expect-no-changes": { type: "boolean" },
  json: { type: "boolean", short: "j" },
  "fully-qualify-stack-names": { type: "boolean", short: "Q" },
  logflow: { type: "boolean" },
  logtostderr: { type: "boolean" },
  memprofilerate: { type: "string" },
  message: { type: "string", short: "m" },
  neo: { type: "boolean" },
  "non-interactive": { type: "boolean" },
  "otel-traces": { type: "string" },
  profiling: { type: "string" },
  "show-config": { type: "boolean" },
  "show-full-output": { type: "boolean" },
  "show-policy-remediations": { type: "boolean" },
  "show-reads": { type: "boolean" },
  "show-replacement-steps": { type: "boolean" },
  "show-sames": { type: "boolean" },
  "skip-preview": { type: "boolean", short: "f" },
  "suppress-outputs": { type: "boolean" },
  "suppress-permalink": { type: "string" },
  "suppress-progress": { type: "boolean" },
  tracing: { type: "string" },
  urns: { type: "boolean" },
  verbose: { type: "string", short: "v" },
  yes: { type: "boolean", short: "y" },
} as const;

const ofEngine = { ...changing, ...describing } as const;

/** The flags of `up`: our own, and the engine's. */
export const upOptions = {
  stack: { type: "string", short: "s" },
  ...dataLossOptions,
  reviewed: { type: "string" },
  ...recreationOptions,
  ...ofEngine,
} as const;

const config = "The review reads the stack's config from its file: change the file, and review the change.";
const program = "It deploys the program of this repository, to a stack that exists.";
// The preflight and the review use the state before the refresh, so nobody would have reviewed its result.
const refresh = "Run npm run pulumi -- refresh, then npm run review, then npm run up.";
// docs/decisions/4-no-saved-plans.md
const plan = "A plan would stop the update halfway; up judges its own preview before it changes anything.";

const reasons: Readonly<Record<string, string>> = {
  "-c": config,
  "--config": config,
  "--config-file": config,
  "--config-path": config,
  "--override-env": config,
  "-C": program,
  "--cwd": program,
  "--client": program,
  "--secrets-provider": program,
  "-r": refresh,
  "--refresh": refresh,
  "--run-program": refresh,
  "--plan": plan,
  "--strict": plan,
  "--ignore-protect": "To delete or replace a protected topic, set protect: false and deploy that first.",
  "--show-secrets": "The log of a deployment must not contain secrets.",
};

/** The engine's flags with which an update would not be what was judged, each with the message that refuses it. */
export const refusedFlags: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(reasons).map(([flag, reason]) => [flag, `up does not accept ${flag}. ${reason}`]),
);

/** The flags of a command line that are the engine's. */
export type EngineFlags = {
  /** For the preview that is judged. */
  readonly preview: readonly string[];
  /** For the update. */
  readonly update: readonly string[];
};

/**
 * Returns the engine's flags of a command line, written out, so that the engine cannot read them differently.
 * @param args without flags that are not in `upOptions`
 */
export function readEngineFlags(args: readonly string[]): EngineFlags {
  const { tokens } = parseArgs({
    args: [...args],
    options: upOptions,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const flags = tokens.flatMap((token) => {
    if (token.kind !== "option" || !Object.hasOwn(ofEngine, token.name)) return [];
    const { name, value, rawName, inlineValue } = token;
    if (value === undefined) return [{ name, flag: `--${name}` }];
    // The engine reads -p=8 as -p8.
    const text = inlineValue && !rawName.startsWith("--") ? value.replace(/^=/, "") : value;
    return [{ name, flag: `--${name}=${text}` }];
  });
  return {
    preview: flags.filter(({ name }) => Object.hasOwn(changing, name)).map(({ flag }) => flag),
    update: flags.map(({ flag }) => flag),
  };
}
