import { join } from "node:path";
import { localFolder } from "../../machine/paths.ts";
import { Certificates } from "./certificates.ts";
import { Cluster } from "./cluster.ts";
import { issueCertificates, secureOptions } from "./secured.ts";
import type { NodePorts } from "./server-properties.ts";

/** The cluster of `npm start`. `Pulumi.dev.yaml` has the same client ports; a test compares them. */
export const localCluster = new Cluster(
  join(localFolder, "cluster"),
  [
    { client: 19092, controller: 19192 },
    { client: 19093, controller: 19193 },
    { client: 19094, controller: 19194 },
  ],
  { tieredStorage: true },
);

const secureFolder = join(localFolder, "secure-cluster");
const secureNodes: readonly NodePorts[] = [0, 1, 2].map((at) => ({
  client: 19392 + at,
  controller: 19492 + at,
  listeners: { SASL: 19292 + at },
}));

/** The certificates of the secured cluster. */
export const secureCertificates = new Certificates(join(secureFolder, "certificates"), 365);

/** The addresses of the secured cluster for clients with SASL. */
export const secureServers = secureNodes.map(({ listeners = {} }) => `127.0.0.1:${listeners.SASL}`);

/** Opens the cluster of `npm start -- --secure`, and issues its certificates if it has none. */
export function openSecureCluster(): Cluster {
  issueCertificates(secureCertificates);
  return new Cluster(secureFolder, secureNodes, {
    ...secureOptions(secureCertificates),
    tieredStorage: true,
  });
}

/** The clusters of this clone, to stop and to remove them. */
export function findLocalClusters(): Cluster[] {
  return [localCluster, new Cluster(secureFolder, secureNodes)];
}
