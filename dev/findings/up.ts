import { describeFinding } from "../../ops/up/reviewed.ts";
import type { FindingsSection } from "./section.ts";

const [expected, observed] = ["1d5c0d5f".repeat(8), "8c2a9e70".repeat(8)];

/** The codes of `npm run up`. */
export const upSection: FindingsSection = {
  title: "Update",
  intro:
    "Reported by `npm run up`, in addition to all findings of a review: it judges its own preview. If the code below is " +
    "reported, or a topic would lose records that `--allow-data-loss` does not name, it exits with 2 and nothing is changed.",
  codes: {
    NOT_REVIEWED: {
      meaning:
        "The catalogue or the stack's config differs from what the review with `--reviewed HASH` has seen.",
      message: describeFinding({ code: "NOT_REVIEWED", expected, observed }, "prod"),
    },
  },
};
