import type { Step } from "./step.ts";

/** The broker stays down; the next step starts it again. */
export const kill: Step = {
  name: "kill",
  title: "Kill (-9) the broker that leads the most partitions",
  run: async (drill) => {
    const { busiestBroker } = drill;
    await drill.brokers.kill(busiestBroker);
    await drill.untilFailedOver();
    await drill.observe("one broker is dead");
    return [busiestBroker];
  },
};
