import { requestApiVersions } from "./bootstrap.ts";
import { askBroker } from "./broker.ts";
import type { Connection } from "./connection.ts";
import { requireController } from "./controller.ts";
import { releaseOf } from "./kafka-version.ts";
import { requestMetadata } from "./metadata.ts";

/** Which cluster a broker belongs to, without its topics. */
export type ClusterIdentity = {
  readonly clusterId?: string;
  /** The release of the broker's software, such as `4.3`; absent for ZooKeeper, and for releases before 3.3. */
  readonly release?: string;
  /** The release whose features the cluster uses, which is lower until the end of an upgrade. */
  readonly metadataRelease?: string;
  /** The id of the active controller; absent without DESCRIBE on the cluster. */
  readonly controller?: number;
  /** The address that each broker advertises, `host:port`, by its id. */
  readonly addresses: ReadonlyMap<number, string>;
};

/**
 * Reads which cluster this is.
 * @throws UnreachableError if no bootstrap server answers, or if none reaches a controller
 */
export async function readClusterIdentity(connection: Connection): Promise<ClusterIdentity> {
  return askBroker(connection, async (broker) => {
    const { clusterId, addresses } = await requestMetadata(broker, []);
    const versions = await requestApiVersions(broker);
    const controller = await requireController(broker, versions);
    const isMetadata = ({ name }: { readonly name: string }) => name === "metadata.version";
    const release = releaseOf(versions.supportedFeatures?.find(isMetadata)?.maxVersion ?? 0);
    const metadataRelease = releaseOf(versions.finalizedFeatures?.find(isMetadata)?.maxVersionLevel ?? 0);
    return {
      ...(clusterId && { clusterId }),
      ...(release && { release }),
      ...(metadataRelease && { metadataRelease }),
      ...(controller !== undefined && { controller }),
      addresses,
    };
  });
}
