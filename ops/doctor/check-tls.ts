import { X509Certificate } from "node:crypto";
import { UnreachableError, withOwn } from "../../kafka/cluster-error.ts";
import type { Connection } from "../../kafka/connection.ts";
import { nameSettings } from "../../kafka/describe-failure.ts";
import { readOfferedMechanisms } from "../../kafka/listener.ts";
import { findTlsRequired } from "../../kafka/listener-rules.ts";
import {
  type Certificate,
  daysLeft,
  findDateProblem,
  readServerCertificate,
  type ServerCertificate,
  toCertificate,
} from "../../kafka/server-certificate.ts";
import { type Checked, findFailures } from "./check-servers.ts";
import type { DoctorFinding, PresentedCertificate } from "./findings.ts";

const expiresSoonDays = 30;

/** The result of the TLS check of a server. */
export type Listener = {
  /** Absent for plaintext. */
  readonly certificate?: PresentedCertificate;
  /** The SASL mechanisms that it offers; empty if it does not use SASL. */
  readonly offered: readonly string[];
};

/** Checks whether a server uses TLS or plaintext as configured, its certificate, and whether it accepts ours. */
export async function checkTls(connection: Connection, server: string): Promise<Checked<Listener>> {
  if (!connection.tls) return checkPlaintext(connection, server);
  const read = await readServerCertificate(connection, server);
  const checked = checkPresented(server, read);
  const { presented } = checked;
  const findings = checked.findings.map((finding) => addOwn(finding, connection));
  if (read.problems.length > 0 && connection.tls.rejectUnauthorized) return { findings };
  return {
    fact: { certificate: presented, offered: await readOfferedMechanisms(connection, server) },
    findings,
  };
}

function addOwn(finding: DoctorFinding, connection: Connection): DoctorFinding {
  return finding.code === "TLS_CA_UNTRUSTED" ? { ...finding, ...withOwn(finding, connection) } : finding;
}

/** Checks the certificate of a server. Which of the CAs that it sends are needed is unknown, so their dates do not count. */
export function checkPresented(
  server: string,
  { protocol, chain: [own], names, problems }: ServerCertificate,
  now = new Date(),
): { readonly presented: PresentedCertificate; readonly findings: readonly DoctorFinding[] } {
  const { subject, issuer } = own;
  const validTo = own.validTo.toISOString();
  const left = daysLeft(own, now);
  const soon: DoctorFinding[] =
    problems.length === 0 && left < expiresSoonDays
      ? [{ code: "CERTIFICATE_EXPIRES_SOON", server, subject, observed: validTo, daysLeft: left }]
      : [];
  return {
    presented: { server, protocol, subject, issuer, names, validTo, daysLeft: left },
    findings: [...problems.map(({ code, evidence }) => ({ code, server, observed: evidence })), ...soon],
  };
}

async function checkPlaintext(connection: Connection, server: string): Promise<Checked<Listener>> {
  try {
    return { fact: { offered: await readOfferedMechanisms(connection, server) }, findings: [] };
  } catch (error) {
    if (!(error instanceof UnreachableError)) throw error;
    const problem = await findTlsRequired(connection, server);
    if (!problem) return { findings: findFailures(server, error) };
    return { findings: [{ code: problem.code, server, observed: problem.evidence }] };
  }
}

/** Checks the settings that are the same for all servers: our own certificate, and whether theirs are verified. */
export function checkOwnTls({ tls, settingNames }: Connection): DoctorFinding[] {
  if (!tls) return [];
  const field = nameSettings("{clientCert}", settingNames);
  return [
    ...(tls.rejectUnauthorized ? [] : [{ code: "TLS_NOT_VERIFIED" } as const]),
    ...(tls.client ? checkOwnCertificate(toCertificate(new X509Certificate(tls.client.cert)), field) : []),
  ];
}

const ownCodes = {
  TLS_CERTIFICATE_EXPIRED: "CLIENT_CERTIFICATE_EXPIRED",
  TLS_CERTIFICATE_NOT_YET_VALID: "CLIENT_CERTIFICATE_NOT_YET_VALID",
} as const;

/**
 * Checks the dates of our own certificate.
 * @param field where it is given: `kafka:clientCert`
 */
export function checkOwnCertificate(
  certificate: Certificate,
  field: string,
  now = new Date(),
): DoctorFinding[] {
  const problem = findDateProblem(certificate, now);
  if (problem) return [{ code: ownCodes[problem.code], field, observed: problem.evidence }];
  const left = daysLeft(certificate, now);
  if (left >= expiresSoonDays) return [];
  const observed = `${certificate.subject}: valid until ${certificate.validTo.toISOString()}`;
  return [{ code: "CLIENT_CERTIFICATE_EXPIRES_SOON", field, observed }];
}
