import { ProtocolError } from "@platformatic/kafka";

/** Why the brokers refuse a request about one topic. */
export type Refusal = {
  /** The protocol's error name, such as `INVALID_CONFIG`. */
  readonly code: string;
  /** The broker's message, or the protocol's message for the code. */
  readonly words: string;
};

/** Refusals by topic. */
export type Refusals = ReadonlyMap<string, Refusal>;

const clusterAuthorizationFailed = 31;

/** Converts an error in an answer. Brokers describe a missing right on the cluster by a dump of the request, so theirs is left out. */
export function toRefusal(errorCode: number, errorMessage: string | null | undefined): Refusal {
  const error = new ProtocolError(errorCode);
  const isDump = errorCode === clusterAuthorizationFailed;
  return { code: error.apiId, words: (!isDump && errorMessage) || error.message };
}
