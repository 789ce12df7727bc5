import type { DoctorFinding, doctorCodes } from "../../ops/doctor/findings.ts";
import { describeFinding } from "../../ops/doctor/wording.ts";
import type { CodeEntry, FindingsSection } from "./section.ts";

const server = "broker-1.example.com:9093";

const entry = (finding: DoctorFinding, meaning: string): CodeEntry => ({
  meaning,
  message: describeFinding(finding, [server]),
});

const codes = {
  CONNECTION_FAILED: entry(
    { code: "CONNECTION_FAILED", server, observed: "no controller answers through this broker" },
    "A connection failed for a reason that has no code.",
  ),
  CERTIFICATE_EXPIRES_SOON: entry(
    {
      code: "CERTIFICATE_EXPIRES_SOON",
      server,
      subject: "CN=broker-1",
      observed: "2026-01-31T09:30:00.000Z",
      daysLeft: 12,
    },
    "Warning: the server's certificate expires within 30 days.",
  ),
  TLS_NOT_VERIFIED: entry(
    { code: "TLS_NOT_VERIFIED" },
    "Warning: the stack's config disables the verification of certificates.",
  ),
  CLIENT_CERTIFICATE_EXPIRED: entry(
    {
      code: "CLIENT_CERTIFICATE_EXPIRED",
      field: "kafka:clientCert",
      observed: "CN=topics: valid until 2026-01-31T09:30:00.000Z",
    },
    "The certificate in kafka:clientCert has expired.",
  ),
  CLIENT_CERTIFICATE_NOT_YET_VALID: entry(
    {
      code: "CLIENT_CERTIFICATE_NOT_YET_VALID",
      field: "kafka:clientCert",
      observed: "CN=topics: valid from 2026-01-31T09:30:00.000Z",
    },
    "The certificate in kafka:clientCert is not valid yet.",
  ),
  CLIENT_CERTIFICATE_EXPIRES_SOON: entry(
    {
      code: "CLIENT_CERTIFICATE_EXPIRES_SOON",
      field: "kafka:clientCert",
      observed: "CN=topics: valid until 2026-01-31T09:30:00.000Z",
    },
    "Warning: the certificate in kafka:clientCert expires within 30 days.",
  ),
  BROKER_UNREACHABLE: entry(
    {
      code: "BROKER_UNREACHABLE",
      expected: 3,
      observed: [
        {
          broker: 2,
          address: "broker-2.internal:9093",
          code: "HOST_UNKNOWN",
          evidence: "getaddrinfo ENOTFOUND broker-2.internal",
        },
      ],
    },
    "Brokers cannot be reached at the addresses that they advertise.",
  ),
  PERMISSION_MISSING: entry(
    {
      code: "PERMISSION_MISSING",
      expected: { operation: "ALTER", resource: "topic", names: ["orders"], isPrefix: false },
      commands: ["preview", "review", "up"],
      purpose: "add partitions",
      observed: "User:topics",
      grantedBy: "acl",
    },
    "Warning: the principal lacks a right that commands need. The step `rights` fails only if the principal may run no command.",
  ),
  NOT_ENOUGH_BROKERS: entry(
    { code: "NOT_ENOUGH_BROKERS", expected: 3, observed: 1, down: [] },
    "Warning: the stack's default replication factor is larger than the number of brokers.",
  ),
  AUTO_CREATION_ENABLED: entry(
    { code: "AUTO_CREATION_ENABLED" },
    "Warning: the brokers create a topic when a client requests one that does not exist.",
  ),
  CLOCK_DIFFERS: entry(
    { code: "CLOCK_DIFFERS", observed: 40_000 },
    "Warning: the clocks of this machine and of the cluster differ by 10 s or more.",
  ),
} satisfies Record<(typeof doctorCodes)[number], CodeEntry>;

/** What `npm run doctor` finds. */
export const doctorSection: FindingsSection = {
  title: "Doctor",
  intro:
    "Reported by `npm run doctor`, in the `findings` of each step, which also contain the findings under Connection and, in the " +
    "step `settings`, those under Catalogue and stack config. The run ends at the first step that fails.",
  codes,
};
