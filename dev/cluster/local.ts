import { join } from "node:path";
import { localFolder } from "../../machine/paths.ts";
import { Cluster } from "./cluster.ts";

/** The cluster of `npm start`. `Pulumi.dev.yaml` names the client ports too; a test holds the two together. */
export const localCluster = new Cluster(join(localFolder, "cluster"), [
  { client: 19092, controller: 19192 },
  { client: 19093, controller: 19193 },
  { client: 19094, controller: 19194 },
]);
