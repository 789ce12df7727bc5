import type { CatalogueFinding } from "../../infra/findings.ts";
import type { Operation, Resource } from "../../kafka/authorized-operations.ts";
import type { FailedConnection } from "../../kafka/failure.ts";
import type { UnreachableBroker } from "../../kafka/reachability.ts";
import type { SettingNames } from "../../kafka/setting-names.ts";
import type { Command } from "../rights.ts";

/** A reason why a step fails, or a warning of a step that does not. */
export type DoctorFinding =
  | CatalogueFinding
  /** Why a connection fails: the original message, or what the server presents or offers. */
  | (FailedConnection & { readonly server: string })
  | {
      readonly code: "CERTIFICATE_EXPIRES_SOON";
      readonly server: string;
      readonly subject: string;
      /** When it expires, ISO 8601. */
      readonly observed: string;
      readonly daysLeft: number;
    }
  /** The stack's config switches the verification of certificates off. */
  | { readonly code: "TLS_NOT_VERIFIED" }
  | {
      /** About the client's own certificate. */
      readonly code:
        | "CLIENT_CERTIFICATE_EXPIRED"
        | "CLIENT_CERTIFICATE_NOT_YET_VALID"
        | "CLIENT_CERTIFICATE_EXPIRES_SOON";
      /** The key of the stack's config, or the environment variable, that contains it. */
      readonly field: string;
      /** Its subject, with the date from or until which it is valid. */
      readonly observed: string;
    }
  | {
      readonly code: "BROKER_UNREACHABLE";
      /** The number of brokers. */
      readonly expected: number;
      readonly observed: readonly UnreachableBroker[];
    }
  | {
      readonly code: "PERMISSION_MISSING";
      readonly expected: {
        readonly operation: Operation;
        readonly resource: Resource;
        /** The topics or the group; empty for the cluster. */
        readonly names: readonly string[];
        /** Whether the name of the group is a prefix, which stands for several groups. */
        readonly isPrefix: boolean;
      };
      /** The commands that need it, and for what. */
      readonly commands: readonly Command[];
      readonly purpose: string;
      /** The principal. */
      readonly observed: string;
      /** What grants it rights. */
      readonly grantedBy: "acl" | "iam";
    }
  | {
      /** Topics that declare no replication factor need more brokers than the cluster has. */
      readonly code: "NOT_ENOUGH_BROKERS";
      /** The replication factor in the stack's config. */
      readonly expected: number;
      /** The number of brokers that are up. */
      readonly observed: number;
      /** The brokers that hold replicas of visible topics and are down. */
      readonly down: readonly number[];
    }
  /** The brokers create a topic when a client asks for it. */
  | { readonly code: "AUTO_CREATION_ENABLED" }
  | {
      readonly code: "CLOCK_DIFFERS";
      /** How far this machine's clock is ahead of the cluster's, in ms. */
      readonly observed: number;
    };

/** Every code of `DoctorFinding`, except those of `CatalogueFinding` and of failed connections. */
export const doctorCodes = [
  "CONNECTION_FAILED",
  "CERTIFICATE_EXPIRES_SOON",
  "TLS_NOT_VERIFIED",
  "CLIENT_CERTIFICATE_EXPIRED",
  "CLIENT_CERTIFICATE_NOT_YET_VALID",
  "CLIENT_CERTIFICATE_EXPIRES_SOON",
  "BROKER_UNREACHABLE",
  "PERMISSION_MISSING",
  "NOT_ENOUGH_BROKERS",
  "AUTO_CREATION_ENABLED",
  "CLOCK_DIFFERS",
] as const satisfies readonly DoctorFinding["code"][];

/** Whether a principal may run a command: for all changes and topics, only for some, or not at all. */
export type Verdict = "yes" | "partly" | "no" | "unknown";

/** The certificate of a server. */
export type PresentedCertificate = {
  readonly server: string;
  readonly protocol: string;
  readonly subject: string;
  readonly issuer: string;
  readonly names: string;
  /** When it expires, ISO 8601. */
  readonly validTo: string;
  readonly daysLeft: number;
};

/** Which commands a principal may run. */
export type JudgedRights = {
  readonly principal: string;
  readonly commands: readonly { readonly command: Command; readonly verdict: Verdict }[];
  /** The number of topics from which the rights were read. */
  readonly topics: number;
  /** Whether these are the topics that the stack deployed, or all that the principal sees. */
  readonly from: "stack" | "cluster";
};

/** The result of each step, in the order in which the steps run. */
type Facts = {
  readonly settings: {
    readonly bootstrapServers: readonly string[];
    /** As Kafka names it, for example `SASL_SSL`. */
    readonly securityProtocol: string;
    /** `SCRAM-SHA-512` */
    readonly saslMechanism?: string;
    readonly principal: string;
  };
  /** IP addresses by host. */
  readonly names: Readonly<Record<string, readonly string[]>>;
  /** The servers that accept connections. */
  readonly ports: readonly string[];
  /** Empty for plaintext. */
  readonly tls: readonly PresentedCertificate[];
  /** The mechanisms that are offered; empty without SASL. */
  readonly sasl: readonly string[];
  readonly cluster: {
    readonly clusterId?: string;
    readonly release?: string;
    readonly metadataRelease?: string;
    readonly controller?: number;
    readonly brokers: number;
  };
  readonly brokers: readonly { readonly broker: number; readonly address: string }[];
  readonly rights: JudgedRights;
  readonly configs: { readonly broker: number; readonly values: Readonly<Record<string, string>> };
  readonly clock: { readonly aheadMs: number };
  /** The same for reviews, if they connect in another way. */
  readonly review: JudgedRights;
  /** The same for the smoke suite, which may connect in another way. */
  readonly smoke: JudgedRights;
};

/** A step of the examination. */
export type StepName = keyof Facts;

/** The result of one kind of step. */
export type StepOf<Name extends StepName> = {
  readonly step: Name;
  /** A warning does not end the examination. A step is skipped if the principal lacks an optional right. */
  readonly status: "passed" | "warning" | "failed" | "skipped";
  /** Absent if the step failed early or was skipped. */
  readonly observed?: Facts[Name];
  readonly findings: readonly DoctorFinding[];
  /** How to name the settings of the connection that the step checks; absent if all are keys of `kafka:`. */
  readonly settingNames?: SettingNames | undefined;
};

/** The result of a step. */
export type Step = { readonly [Name in StepName]: StepOf<Name> }[StepName];
