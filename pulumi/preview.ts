import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { type EvaluatedCatalogue, handOver } from "../infra/evaluated-catalogue.ts";
import {
  type FindingsFile,
  findingsVariable,
  findingsWritten,
  parseFindings,
} from "../infra/findings-file.ts";
import { forgottenVariable } from "../infra/judged-state.ts";
import { describeFirst, topicType } from "../infra/stack-state.ts";
import { askPulumi } from "./ask-pulumi.ts";
import { PulumiError, updateFlags } from "./cli.ts";
import { parseOutput } from "./engine-output.ts";
import { learnSecrets } from "./learn-secrets.ts";
import { findUnfinished } from "./recovery.ts";
import type { ReviewConfig } from "./review-stack-file.ts";
import {
  type DeployedSettings,
  type ExportedState,
  exportState,
  readDeployedSettings,
  rootOf,
  topicsOf,
} from "./state.ts";

/** A resource before or after a step. */
export type ResourceState = {
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly protect: boolean;
};

/** What an update would do to one resource. */
export type Step = {
  readonly urn: string;
  /** The engine's operation: `create`, `import`, `update`, `replace`, `delete`, or one that a later version adds. */
  readonly op: string;
  /** Such as `kafka:index/topic:Topic`. */
  readonly type: string;
  /** The resource's name on the cluster, before the step if the step changes it; otherwise the engine's name. */
  readonly name: string;
  readonly before?: ResourceState;
  readonly after?: ResourceState;
};

/** A message of the engine, with the resource if it names one. */
export type EngineMessage = { readonly message: string; readonly urn?: string | undefined };

/** The result of a preview. Without errors of the engine or the program, the update would be attempted. */
export type Preview = {
  /** In the engine's order, including steps that it refuses, for example on a protected topic. */
  readonly steps: readonly Step[];
  /** The program's findings. */
  readonly findings: FindingsFile;
  /** The engine's own messages. */
  readonly engine: { readonly warnings: readonly EngineMessage[]; readonly errors: readonly EngineMessage[] };
  /** All topics of the stack, before or after the update. */
  readonly topics: ReadonlySet<string>;
  /** The settings of the last deployment; absent before the first one. */
  readonly deployed?: DeployedSettings;
  /** The stack's outputs of the last deployment; absent before the first one. */
  readonly deployedOutputs?: unknown;
  /** The number of topics whose state is uncertain, because the last update did not finish. */
  readonly unfinished: number;
  readonly failed: boolean;
  /** Whether the state already is what the update would write. */
  readonly isDeployed: boolean;
  /** The topics that were handled as if they were not in the state: the URN of each, by name. */
  readonly forgotten: ReadonlyMap<string, string>;
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
const diagnostic = z.object({ severity: word, message: word, urn: word.optional() }, "an object");
const previewOutput = z.object(
  { steps: z.array(step, "a list").default([]), diagnostics: z.array(diagnostic, "a list").default([]) },
  "an object",
);

/** How to preview an update. */
export type PreviewOptions = {
  /** The engine's flags of the update that change what it does. */
  readonly flags?: readonly string[];
  /** How to connect, if not as the deployment does. */
  readonly config?: ReviewConfig;
  /** The stack's state, if it is being read already. */
  readonly state?: Promise<ExportedState>;
  /** The missing topics to create again, which are handled as if they were not in the state: the URN of each, by name. */
  readonly forgotten?: ReadonlyMap<string, string>;
};

/**
 * Previews an update of a stack to a catalogue. Topics that are neither on the cluster nor declared are handled as if they were
 * not in the state: the provider cannot delete them, and no records are left to lose.
 * @throws Error with the engine's message, if there is no preview to report
 */
export async function readPreview(
  stack: string,
  catalogue: EvaluatedCatalogue,
  {
    flags = [],
    config,
    state: exported = exportState(stack),
    forgotten: recreated = new Map(),
  }: PreviewOptions = {},
): Promise<Preview> {
  // Awaited below, unless the preview fails first.
  exported.catch(() => {});
  const first = await runPreview(stack, catalogue, { flags, config, forgotten: recreated });
  const urns = topicsOf(await exported).map(({ urn }) => [nameResource(urn, undefined).name, urn] as const);
  const gone = urns.filter(([name]) => first.findings.gone?.includes(name));
  const forgotten = new Map([...recreated, ...gone]);
  const { text, failed, findings } =
    gone.length > 0 ? await runPreview(stack, catalogue, { flags, config, forgotten }) : first;
  const { steps, engine } = parsePreview(text, stack);
  // An unchanged topic has no step.
  const names = urns.map(([name]) => name);
  const deployed = readDeployedSettings(await exported);
  return {
    steps,
    findings,
    engine,
    topics: new Set([...names, ...steps.filter(({ type }) => type === topicType).map(({ name }) => name)]),
    ...(deployed && { deployed }),
    deployedOutputs: rootOf(await exported)?.outputs,
    unfinished: findUnfinished(await exported).size,
    failed,
    isDeployed:
      !failed &&
      steps.every(({ op }) => op === "same") &&
      isDeepStrictEqual(findings.outputs, rootOf(await exported)?.outputs),
    forgotten,
  };
}

/** The engine does not accept --exclude with --target; then it previews steps for the forgotten topics, too. */
function exclude(forgotten: ReadonlyMap<string, string>, flags: readonly string[]): string[] {
  if (flags.some((flag) => flag.startsWith("--target="))) return [];
  return [...forgotten.values()].map((urn) => `--exclude=${urn}`);
}

/**
 * Parses the output of `pulumi preview --json`.
 * @throws Error if it is not in the engine's format
 */
export function parsePreview(text: string, stack: string): Pick<Preview, "steps" | "engine"> {
  const output = parseOutput(z.unknown(), text, `The engine's preview of stack ${stack}`);
  const parsed = previewOutput.safeParse(output, { reportInput: true });
  if (!parsed.success) {
    const reason = describeFirst(parsed.error, `The engine's preview of stack ${stack} cannot be read`);
    throw new Error(`${reason}. npm run preview -- --stack ${stack} shows the engine's output.`);
  }
  const { steps, diagnostics } = parsed.data;
  const messagesOf = (severity: string) =>
    diagnostics
      .filter((diagnostic) => diagnostic.severity === severity)
      .map(({ message, urn }) => ({ message: message.replace(/^(error|warning): /, "").trim(), urn }))
      .filter(({ message }) => !knownMessages.includes(message));
  return {
    steps: steps.map(({ op, urn, oldState, newState }) => ({
      op,
      urn,
      ...nameResource(urn, oldState ?? newState),
      ...(oldState && { before: oldState }),
      ...(newState && { after: newState }),
    })),
    engine: { warnings: messagesOf("warning"), errors: messagesOf("error") },
  };
}

/** Messages without information: the engine prints one besides the reason, the program one instead of its findings. */
const knownMessages: readonly string[] = ["preview failed", findingsWritten];

async function runPreview(
  stack: string,
  catalogue: EvaluatedCatalogue,
  {
    flags,
    config,
    forgotten,
  }: Required<Pick<PreviewOptions, "flags" | "forgotten">> & { readonly config: ReviewConfig | undefined },
): Promise<{ readonly text: string; readonly failed: boolean; readonly findings: FindingsFile }> {
  const folder = mkdtempSync(join(tmpdir(), "kafka-topics-findings-"));
  const file = join(folder, "findings.json");
  const handedOver = handOver(catalogue);
  const readFindings = () =>
    existsSync(file) ? parseFindings(readFileSync(file, "utf8")) : { errors: [], warnings: [] };
  try {
    const args = [
      "preview",
      "--json",
      "--non-interactive",
      ...updateFlags,
      ...flags,
      ...(config?.flags ?? []),
      ...exclude(forgotten, flags),
    ];
    const text = await askPulumi(stack, args, {
      environment: {
        ...config?.environment,
        ...handedOver.environment,
        [findingsVariable]: file,
        [forgottenVariable]: JSON.stringify([...forgotten.keys()]),
      },
    });
    return { text, failed: false, findings: readFindings() };
  } catch (error) {
    // What the engine, the provider and the brokers say becomes part of a report. A review with a connection of its own
    // knows its secrets, and may neither decrypt those of the stack's file nor open what the file names.
    if (!config?.connection) await learnSecrets(stack);
    // A failed preview still reports its steps.
    if (!(error instanceof PulumiError && error.stdout.trimStart().startsWith("{"))) throw error;
    return { text: error.stdout, failed: true, findings: readFindings() };
  } finally {
    handedOver.remove();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Splits a URN: `urn:pulumi:STACK::PROJECT::PARENT$TYPE::NAME`. */
function nameResource(urn: string, state: ResourceState | undefined): { type: string; name: string } {
  const [, , types = "", ...rest] = urn.split("::");
  const name = state?.inputs.name;
  return {
    type: types.split("$").at(-1) ?? "",
    name: typeof name === "string" ? name : rest.join("::"),
  };
}
