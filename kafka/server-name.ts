import type { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { toRfc2253 } from "./client-certificate.ts";

/**
 * Checks whether a server's certificate is for its host, as Go does in the provider: unlike Node, it accepts neither the
 * name in the subject nor an asterisk that stands for a part of a label.
 * @returns for which names it is instead
 */
export function findNameMismatch(own: X509Certificate, host: string): string | undefined {
  const isFor = isIP(host)
    ? own.checkIP(host)
    : own.checkHost(host, { subject: "never", partialWildcards: false });
  if (isFor) return undefined;
  const names = own.subjectAltName ?? `${toRfc2253(own.subject)}, without a subjectAltName`;
  return `${host} is not among: ${names}`;
}
