import type { Certificates } from "./certificates.ts";
import type { ClusterOptions } from "./cluster.ts";
import { metadataClient } from "./tiered-storage.ts";

/** The certificate whose owner may do anything: the brokers use it among themselves, and the set-up uses it. */
const broker = "broker";

/** The certificates of a secured cluster, from the root down. */
const [root, intermediate] = ["root", "intermediate"] as const;

/**
 * Issues the certificates of a secured cluster: a root CA, an intermediate CA that issues all others, and one for the
 * brokers.
 */
export function issueCertificates(certificates: Certificates): void {
  if (certificates.has(broker)) return;
  certificates.issueCa(root);
  certificates.issueCa(intermediate, root);
  certificates.issue(broker, intermediate);
}

/**
 * Returns the options of a cluster as platform teams secure it: TLS everywhere, a client certificate or SASL for
 * everyone, and nothing allowed without an ACL. Each node has its client port, which demands a certificate, and a
 * listener `SASL`.
 * @param certificates of `issueCertificates`
 * @param settings further broker settings, which take precedence
 */
export function secureOptions(
  certificates: Certificates,
  settings: Readonly<Record<string, string>> = {},
): ClusterOptions {
  const [chain, key] = [certificates.read("broker.pem", "intermediate.pem"), certificates.read("broker.key")];
  const trusted = certificates.read("root.pem");
  const keyStore = {
    "ssl.keystore.type": "PEM",
    "ssl.keystore.certificate.chain": chain,
    "ssl.keystore.key": key,
    "ssl.truststore.type": "PEM",
    "ssl.truststore.certificates": trusted,
  };
  return {
    tls: { ca: trusted, rejectUnauthorized: true, client: { cert: chain, key } },
    settings: {
      "listener.security.protocol.map": "CLIENT:SSL,CONTROLLER:SSL,SASL:SASL_SSL",
      "listener.name.client.ssl.client.auth": "required",
      "listener.name.controller.ssl.client.auth": "required",
      ...keyStore,
      ...Object.fromEntries(Object.entries(keyStore).map(([name, value]) => [metadataClient + name, value])),
      "listener.name.sasl.sasl.enabled.mechanisms": "SCRAM-SHA-256,SCRAM-SHA-512",
      "listener.name.sasl.scram-sha-256.sasl.jaas.config": scramModule,
      "listener.name.sasl.scram-sha-512.sasl.jaas.config": scramModule,
      "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
      "super.users": `User:CN=${broker}`,
      ...settings,
    },
  };
}

const scramModule = "org.apache.kafka.common.security.scram.ScramLoginModule required;";
