import { z } from "zod";
import { describeFirst } from "../infra/stack-state.ts";
import { askPulumi } from "./ask-pulumi.ts";
import { PulumiError, updateFlags } from "./cli.ts";
import { explainUnfinished } from "./recovery.ts";
import { exportState } from "./state.ts";

/** A resource before or after a step. */
export type ResourceState = {
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly protect: boolean;
};

/** What an update would do to one resource. */
export type Step = {
  /** The engine's word: `create`, `import`, `update`, `replace`, `delete`, or another that it may come to have. */
  readonly op: string;
  /** `kafka:index/topic:Topic`, say. */
  readonly type: string;
  /** The name that the resource has on the cluster, before the step where it changes; else the engine's. */
  readonly name: string;
  readonly before?: ResourceState;
  readonly after?: ResourceState;
};

export type Preview = {
  /** In the engine's order; also those that it refuses, of a protected topic say. */
  readonly steps: readonly Step[];
  readonly warnings: readonly string[];
  /** Why an update would fail; without any it would be tried. */
  readonly errors: readonly string[];
};

const word = z.string("text");
const state = z
  .object(
    {
      inputs: z.record(z.string(), z.unknown(), "an object").default({}),
      protect: z.boolean("true or false").default(false),
    },
    "an object",
  )
  .optional();
const step = z.object({ op: word, urn: word, oldState: state, newState: state }, "an object");
const diagnostic = z.object({ severity: word, message: word }, "an object");
const previewOutput = z.object(
  { steps: z.array(step, "a list").default([]), diagnostics: z.array(diagnostic, "a list").default([]) },
  "an object",
);

/**
 * Previews an update of a stack.
 * @throws Error with the engine's words, when it has no preview to tell of
 */
export async function readPreview(stack: string): Promise<Preview> {
  let text: string;
  let failed = false;
  const exported = exportState(stack);
  // Awaited below, unless the preview fails first.
  exported.catch(() => {});
  try {
    text = await askPulumi(stack, ["preview", "--json", "--non-interactive", ...updateFlags]);
  } catch (error) {
    // A preview that fails has still told its steps.
    if (!(error instanceof PulumiError && error.stdout.trimStart().startsWith("{"))) throw error;
    text = error.stdout;
    failed = true;
  }
  const parsed = previewOutput.safeParse(JSON.parse(text), { reportInput: true });
  if (!parsed.success) {
    const reason = describeFirst(parsed.error, `The engine's preview of stack ${stack} cannot be read`);
    throw new Error(`${reason}. npm run preview -- --stack ${stack} shows it as it is.`);
  }
  const { steps, diagnostics } = parsed.data;
  const say = (severity: string) =>
    diagnostics
      .filter((diagnostic) => diagnostic.severity === severity)
      .map(({ message }) => message.replace(/^(error|warning): /, "").trim());
  const errors = say("error").filter((message) => message !== "preview failed");
  const warnings = say("warning");
  const unfinished = explainUnfinished(stack, await exported);
  // It may be why the preview failed; without one the steps begin from what may not be so.
  if (unfinished) (failed ? errors : warnings).unshift(unfinished);
  return {
    steps: steps.map(({ op, urn, oldState, newState }) => ({
      op,
      ...nameResource(urn, oldState ?? newState),
      ...(oldState && { before: oldState }),
      ...(newState && { after: newState }),
    })),
    warnings,
    errors: failed && errors.length === 0 ? ["The preview failed without a reason."] : errors,
  };
}

/** `urn:pulumi:STACK::PROJECT::PARENT$TYPE::NAME` */
function nameResource(urn: string, state: ResourceState | undefined): { type: string; name: string } {
  const [, , types = "", ...rest] = urn.split("::");
  return { type: types.split("$").at(-1) ?? "", name: String(state?.inputs.name ?? rest.join("::")) };
}
