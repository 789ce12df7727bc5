import type { Step } from "./step.ts";

/** The broker does not answer and does not know that it was replaced, as after a long garbage collection. */
export const pause: Step = {
  name: "pause",
  title: "Pause (SIGSTOP) the broker that leads the most partitions, then resume it",
  run: async (drill) => {
    const { busiestBroker } = drill;
    drill.brokers.pause(busiestBroker);
    await drill.untilFailedOver();
    await drill.observe("one broker is paused");
    drill.brokers.resume(busiestBroker);
    await drill.until("the broker to be alive again", () => drill.watch.liveBrokers.includes(busiestBroker));
    drill.brokers.bringUp(busiestBroker);
    return [busiestBroker];
  },
};
