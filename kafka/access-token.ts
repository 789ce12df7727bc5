import type { FailureCode } from "./failure.ts";

/** A token with which a client authenticates instead of a password. */
export type AccessToken = {
  readonly value: string;
  /** How long it is valid, from the request on; 0 if that is unknown. */
  readonly lifetimeMs: number;
};

/** There is no access token, or the brokers do not accept it. */
export class TokenError extends Error {
  override readonly name = "TokenError";
  readonly code: Extract<FailureCode, `TOKEN_${string}` | "AWS_CREDENTIALS_MISSING">;

  /** @param evidence the original message, without secrets */
  constructor(code: TokenError["code"], evidence: string) {
    super(evidence);
    this.code = code;
  }
}
