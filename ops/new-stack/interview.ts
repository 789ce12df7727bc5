import { capitalize } from "../../kafka/describe-value.ts";
import type { Problem } from "../../kafka/problem.ts";
import { RefusedError } from "../../kafka/refused-error.ts";
import { type Answers, fieldOf, findAllowed, findProblems, mechanismFlag, parseAnswer } from "./answers.ts";
import {
  bootstrapServers,
  caCert,
  type Login,
  logins,
  loginsWithUser,
  type Question,
  questions,
} from "./questions.ts";
import type { Terminal } from "./terminal.ts";

/** The values of the command's flags, by name. */
export type Flags = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

/** Where the answers come from that the flags do not give. */
export type Sources = {
  readonly environment: NodeJS.ProcessEnv;
  /** Absent if there is nobody to answer. */
  readonly terminal: Terminal | undefined;
  /** Returns the next line of standard input; used only without a terminal. */
  readonly readLine: () => Promise<string | undefined>;
};

/**
 * Collects the answers about a connection from flags, the environment and standard input. At a terminal, it asks for the
 * others, and repeats each question until the answer is valid.
 * @returns the answers, and what is wrong or missing
 * @throws RefusedError at a terminal, if the value of a flag is invalid
 */
export async function collectAnswers(
  flags: Flags,
  sources: Sources,
): Promise<{ answers: Answers; problems: readonly Problem<string>[] }> {
  const { terminal } = sources;
  const { answers, problems } = readFlags(flags);
  if (terminal && problems.length > 0) throw new RefusedError(problems);

  const asked = new Set<Question>();
  const ask = async (question: Question) => {
    if (question.key in answers || asked.has(question)) return;
    asked.add(question);
    const value = await answer(question, answers, sources);
    if (value) answers[question.key] = value;
    else if (!question.isOptional) problems.push(missing(question.key, question.wanted));
  };
  await ask(bootstrapServers);
  if (terminal && !["tlsEnabled", "caCert", "clientCert"].some((key) => key in answers))
    answers.tlsEnabled = String(await terminal.confirm("Do the brokers use TLS?"));
  if (answers.tlsEnabled !== "false") await ask(caCert);

  const login = await chooseLogin(answers, terminal);
  if (login?.mechanism !== undefined && answers.saslMechanism === undefined) {
    if (terminal) answers.saslMechanism = login.mechanism;
    else
      problems.push(
        missing("saslMechanism", loginsWithUser.flatMap(({ mechanism = [] }) => mechanism).join(", ")),
      );
  }
  for (const question of login?.questions ?? []) await ask(question);
  for (const question of questions) if (findAllowed(question.key, answers)) await ask(question);
  // A missing answer makes others inconsistent, so inconsistencies are reported only if nothing is missing.
  return { answers, problems: problems.length > 0 ? problems : findProblems(answers) };
}

function readFlags(flags: Flags): { answers: Record<string, string>; problems: Problem<string>[] } {
  const answers: Record<string, string> = {};
  const problems: Problem<string>[] = [];
  for (const question of questions) {
    const given = question.flag === undefined ? undefined : flags[question.flag];
    if (given === undefined) continue;
    const parsed = parseAnswer(question, String(given));
    if ("value" in parsed) answers[question.key] = parsed.value;
    else problems.push({ code: "INVALID_VALUE", ...fieldOf(question.key), given, ...parsed });
  }
  const mechanism = flags[mechanismFlag];
  if (mechanism !== undefined) answers.saslMechanism = String(mechanism);
  if (flags.tls) answers.tlsEnabled = "true";
  if (flags["no-tls"]) answers.tlsEnabled = "false";
  if (flags.tls && flags["no-tls"])
    problems.push({ code: "INVALID_VALUE", ...fieldOf("tlsEnabled"), refused: "--tls is given too" });
  const invalid = findProblems(answers).filter(
    ({ code, given }) => code === "INVALID_VALUE" && given !== undefined,
  );
  return { answers, problems: [...problems, ...invalid] };
}

function missing(key: string, allowed: string): Problem {
  const { place, field } = fieldOf(key);
  const where = place === "environment" ? ", here or as a line of standard input" : "";
  return { code: "INVALID_VALUE", place, field, given: undefined, allowed: allowed + where };
}

async function answer(
  question: Question,
  answers: Answers,
  { environment, terminal, readLine }: Sources,
): Promise<string | undefined> {
  const { key, wanted, kind, variable, isOptional = false } = question;
  if (variable && environment[variable]) return environment[variable];
  if (!terminal) return kind === "secret" ? readLine() : undefined;
  const check = (text: string) => {
    if (text === "" && isOptional) return undefined;
    const parsed = parseAnswer(question, text);
    if ("refused" in parsed) return parsed.refused;
    const allowed = findAllowed(key, { ...answers, [key]: parsed.value });
    return allowed && `Allowed: ${allowed}`;
  };
  const prompt = capitalize(wanted);
  const text = await (kind === "secret" ? terminal.askSecret(prompt, check) : terminal.ask(prompt, check));
  const parsed = text === "" ? undefined : parseAnswer(question, text);
  return parsed && "value" in parsed ? parsed.value : undefined;
}

/** Returns the login that the answers imply; if they imply none, asks for it at a terminal. */
async function chooseLogin(
  { saslMechanism, saslUsername, clientCert, clientKey, tlsEnabled }: Answers,
  terminal: Terminal | undefined,
): Promise<Login | undefined> {
  if (saslMechanism !== undefined) return logins.find(({ mechanism }) => mechanism === saslMechanism);
  if (!terminal) return saslUsername === undefined ? undefined : loginsWithUser[0];
  if (saslUsername === undefined && (clientCert !== undefined || clientKey !== undefined)) return undefined;
  const possible = logins.filter(({ needsTls }) => !(needsTls && tlsEnabled === "false"));
  return terminal.choose(
    "How do you log in to the brokers?",
    (saslUsername === undefined ? possible : loginsWithUser).map((login) => ({
      name: login.name,
      value: login,
    })),
  );
}
