import type { Step } from "./step.ts";

/** Follows `kill`: one of three brokers is left, then all are back. */
export const secondKill: Step = {
  name: "second-kill",
  title: "Kill (-9) a second broker, then start both",
  run: async (drill) => {
    const { busiestBroker } = drill;
    await drill.brokers.kill(busiestBroker);
    await drill.untilFailedOver();
    await drill.observe("two brokers are dead");
    await drill.brokers.start(...drill.brokers.down);
    return [busiestBroker];
  },
};
