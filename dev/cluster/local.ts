import { join } from "node:path";
import { localFolder } from "../../machine/paths.ts";
import { Cluster } from "./cluster.ts";

/** The cluster of `npm start`. `Pulumi.dev.yaml` has the same client ports; a test compares them. */
export const localCluster = new Cluster(join(localFolder, "cluster"), [
  { client: 19092, controller: 19192 },
  { client: 19093, controller: 19193 },
  { client: 19094, controller: 19194 },
]);
