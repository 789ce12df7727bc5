import { kill } from "./steps/kill.ts";
import { pause } from "./steps/pause.ts";
import { rollingRestart } from "./steps/rolling-restart.ts";
import { secondKill } from "./steps/second-kill.ts";
import type { Step } from "./steps/step.ts";
import { uncleanElection } from "./steps/unclean-election.ts";

/** Steps that belong together. After the last step of a scenario all brokers are up. */
export const scenarios = {
  kill: [kill, secondKill],
  pause: [pause],
  "rolling-restart": [rollingRestart],
  "unclean-election": [uncleanElection],
} as const satisfies Record<string, readonly Step[]>;

/** The name of a scenario. */
export type Scenario = keyof typeof scenarios;

/** Every scenario, in the order in which they run. */
export const scenarioNames = Object.keys(scenarios).filter(isScenario);

/** Whether a scenario has this name. */
export function isScenario(name: string): name is Scenario {
  return name in scenarios;
}
