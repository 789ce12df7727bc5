import { say } from "./say.ts";

/** Variables with which the engine or the provider logs requests, or writes them to a file, with the stack's secrets. */
const revealing =
  /^(PULUMI_DEBUG_GRPC|PULUMI_OPTION_(LOGFLOW|LOGTOSTDERR|OTEL_TRACES|SHOW_SECRETS|TRACING|VERBOSE)|TF_LOG(_\w+)?)$/;

/**
 * Variables with which the engine would do something other than what was judged. PULUMI_OPTION_* are all flags of its commands,
 * also those that our commands refuse. Only flags that change its display or its speed remain.
 */
const changing = new RegExp(
  [
    "^PULUMI_OPTION_(?!(COLOR|EMOJI|PARALLEL|SUPPRESS_PROGRESS)$)",
    // The engine would connect to a provider or language host that the set-up has not verified.
    "^PULUMI_DEBUG_(PROVIDERS|LANGUAGES)$",
    // Recovery starts from the checkpoints.
    "^PULUMI_(RUN_PROGRAM|SKIP_CHECKPOINTS)$",
    // Other code paths of the engine, some of them only in a preview or only in an update.
    "^PULUMI_(EXPERIMENTAL|(DISABLE|LEGACY)_PROVIDER_PREVIEW|DISABLE_REFRESH_BEFORE_UPDATE)$",
    "^PULUMI_(ENABLE_LEGACY(_REFRESH)?_DIFF|DISABLE_(RESOURCE_REFERENCES|OUTPUT_VALUES))$",
  ].join("|"),
);

/**
 * Returns the variables of an environment that the engine must not get, each as undefined, and reports them.
 */
export function ignoreVariables(environment: NodeJS.ProcessEnv): Record<string, undefined> {
  const given = Object.keys(environment).filter((name) => environment[name]);
  const revealed = given.filter((name) => revealing.test(name));
  const changed = given.filter((name) => !revealing.test(name) && changing.test(name));
  for (const name of revealed)
    say(
      `${name} is ignored: with it, the engine could write the stack's secrets. To see its log without them, use -v=9.`,
    );
  if (changed.length > 0)
    say(
      `${changed.join(", ")}: given in the environment, ignored, because the engine could then do something other than ` +
        "what was judged. Use the flags of the command instead: --help lists them.",
    );
  return Object.fromEntries([...revealed, ...changed].map((name) => [name, undefined]));
}
