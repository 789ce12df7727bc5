import { say } from "./say.ts";

/** Variables with which the engine or the provider logs requests, or writes them to a file, with the stack's secrets. */
const revealing =
  /^(PULUMI_DEBUG_GRPC|PULUMI_OPTION_(LOGFLOW|LOGTOSTDERR|OTEL_TRACES|SHOW_SECRETS|TRACING|VERBOSE)|TF_LOG(_\w+)?)$/;

/**
 * Returns the variables of an environment that the engine must not get, each as undefined, and reports those that are set.
 */
export function dropRevealing(environment: NodeJS.ProcessEnv): Record<string, undefined> {
  const names = Object.keys(environment).filter((name) => revealing.test(name) && environment[name]);
  for (const name of names)
    say(
      `${name} is ignored: with it, the engine could write the stack's secrets. To see its log without them, use -v=9.`,
    );
  return Object.fromEntries(names.map((name) => [name, undefined]));
}
