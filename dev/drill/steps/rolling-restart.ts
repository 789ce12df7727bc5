import type { Step } from "./step.ts";

/** Each broker hands over its partitions before it ends. */
export const rollingRestart: Step = {
  name: "rolling-restart",
  title: "Restart all brokers, one after the other",
  run: async (drill) => {
    const { up } = drill.brokers;
    for (const id of up) {
      await drill.brokers.stop(id);
      await drill.brokers.start(id);
      await drill.untilInSync();
    }
    return up;
  },
};
