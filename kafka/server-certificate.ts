import type { X509Certificate } from "node:crypto";
import { connect } from "node:tls";
import { splitAddress } from "./address.ts";
import { toRfc2253 } from "./client-certificate.ts";
import type { Connection } from "./connection.ts";
import { classifyFailure, type ServerProblem } from "./failure.ts";
import { findNameMismatch } from "./server-name.ts";
import { serverNameOf, tlsOptions, waitUntilOpen } from "./transport.ts";

/** A certificate, without its key. */
export type Certificate = {
  /** `CN=broker-1,O=Shop` */
  readonly subject: string;
  readonly issuer: string;
  readonly validFrom: Date;
  readonly validTo: Date;
};

/** That a certificate has expired or is not valid yet. */
type DateProblem = ServerProblem & {
  readonly code: "TLS_CERTIFICATE_EXPIRED" | "TLS_CERTIFICATE_NOT_YET_VALID";
};

/** The certificates that a server presents, and what is wrong with them. */
export type ServerCertificate = {
  /** `TLSv1.3` */
  readonly protocol: string;
  /** The server's own first, then those of CAs that it sends. */
  readonly chain: readonly [Certificate, ...Certificate[]];
  /** What the server's own is for: `DNS:broker-1.example.com, IP Address:10.0.0.1`; empty if it does not say. */
  readonly names: string;
  /** Why the certificates are not valid for this server, even if the connection does not verify them. */
  readonly problems: readonly ServerProblem[];
};

const dayMs = 86_400_000;

/**
 * Reads the certificates that a server presents, and checks them as the provider does.
 * @param address `host:port`
 * @throws the error of the connection, for example if the server does not speak TLS
 */
export async function readServerCertificate(
  connection: Connection,
  address: string,
  timeoutMs?: number,
): Promise<ServerCertificate> {
  const { host, port } = splitAddress(address);
  const socket = connect({
    host,
    port,
    ...serverNameOf(host),
    ...tlsOptions(connection),
    rejectUnauthorized: false,
  });
  try {
    await waitUntilOpen(socket, "secureConnect", timeoutMs);
    const own = socket.getPeerX509Certificate();
    // Node offers no cipher suite without a certificate.
    if (!own) throw new Error("it presents no certificate");
    const chain = [toCertificate(own), ...issuersOf(own)] as const;
    return {
      protocol: socket.getProtocol() ?? "",
      chain,
      names: own.subjectAltName ?? "",
      problems: [
        ...findDateProblems(chain, socket.authorizationError),
        ...findTrustProblem(socket.authorizationError, chain),
        ...findNameProblem(own, host),
      ],
    };
  } finally {
    socket.destroy();
  }
}

/** Converts a certificate of Node. */
export function toCertificate({ subject, issuer, validFromDate, validToDate }: X509Certificate): Certificate {
  return {
    subject: toRfc2253(subject),
    issuer: toRfc2253(issuer),
    validFrom: validFromDate,
    validTo: validToDate,
  };
}

/** Finds out whether a certificate has expired or is not valid yet. */
export function findDateProblem(
  { subject, validFrom, validTo }: Certificate,
  now = new Date(),
): DateProblem | undefined {
  if (now > validTo)
    return { code: "TLS_CERTIFICATE_EXPIRED", evidence: `${subject}: valid until ${validTo.toISOString()}` };
  if (now < validFrom)
    return {
      code: "TLS_CERTIFICATE_NOT_YET_VALID",
      evidence: `${subject}: valid from ${validFrom.toISOString()}`,
    };
  return undefined;
}

/** The whole days until a certificate expires. */
export function daysLeft({ validTo }: Certificate, now = new Date()): number {
  return Math.floor((validTo.getTime() - now.getTime()) / dayMs);
}

function* issuersOf(own: X509Certificate): Generator<Certificate> {
  let issuer = own.issuerCertificate;
  // A root has issued itself.
  for (
    let last = own;
    issuer && issuer.fingerprint256 !== last.fingerprint256;
    issuer = issuer.issuerCertificate
  ) {
    yield toCertificate(issuer);
    last = issuer;
  }
}

/**
 * A server may send a CA that has expired and that nobody needs, so the CAs count only if the dates are what is wrong.
 * @param error Node's: a code of OpenSSL or of its own
 */
function findDateProblems(chain: ServerCertificate["chain"], error: Error | string | null): DateProblem[] {
  const isAboutDates = /CERT_HAS_EXPIRED|CERT_NOT_YET_VALID/.test(String(error));
  const needed = isAboutDates ? chain : chain.slice(0, 1);
  return needed.flatMap((certificate) => findDateProblem(certificate) ?? []);
}

/**
 * The evidence names all issuers: to trust one of them is enough.
 * @param error Node's: a code of OpenSSL or of its own
 */
function findTrustProblem(error: Error | string | null, chain: ServerCertificate["chain"]): ServerProblem[] {
  const { code, evidence } = classifyFailure(Object.assign(new Error(String(error)), { code: error }));
  if (code !== "TLS_CA_UNTRUSTED") return [];
  const issuers = chain.map(({ issuer }) => `issued by ${issuer}`);
  return [{ code, evidence: `${[chain[0].subject, ...issuers].join(", ")}: ${evidence}` }];
}

function findNameProblem(own: X509Certificate, host: string): ServerProblem[] {
  const evidence = findNameMismatch(own, host);
  return evidence === undefined ? [] : [{ code: "TLS_HOST_MISMATCH", evidence }];
}
