import {
  type Cell,
  type LimitTrial,
  type Load,
  type Machine,
  type Results,
  readResults,
  type ScalePoint,
  writeResults,
} from "./results.ts";

/**
 * The results so far, written to disk as soon as they are measured. Earlier results stay until they are measured again.
 */
export class Journal {
  readonly #file: string;
  #results: Results;

  /** @param machine results of another machine are dropped: a ratio must not compare two machines */
  constructor(file: string, machine: Machine) {
    this.#file = file;
    const before = readResults(file);
    const isSame = before && isSameMachine(before.machine, machine);
    if (before && !isSame) say(`${file} has results of another machine; they are replaced.`);
    // Terraform's parallelism is part of the results: only a run with Terraform chooses it again.
    const { terraformParallelism } = before?.machine ?? {};
    this.#results = isSame
      ? { ...before, machine: { ...machine, ...(terraformParallelism && { terraformParallelism }) } }
      : { version: 1, machine, cells: [], loads: [], scale: [], limits: [] };
  }

  get results(): Results {
    return this.#results;
  }

  recordCell(cell: Cell): void {
    const isOther = ({ operation, column, topics }: Cell) =>
      operation !== cell.operation || column !== cell.column || topics !== cell.topics;
    this.#write({ cells: [...this.#results.cells.filter(isOther), cell] });
  }

  recordLoad(load: Load): void {
    const isOther = ({ topics, partitions, replicationFactor }: Load) =>
      topics !== load.topics ||
      partitions !== load.partitions ||
      replicationFactor !== load.replicationFactor;
    this.#write({ loads: [...this.#results.loads.filter(isOther), load] });
  }

  recordScale(point: ScalePoint): void {
    this.#write({ scale: [...this.#results.scale.filter(({ topics }) => topics !== point.topics), point] });
  }

  recordLimit(trial: LimitTrial): void {
    this.#write({ limits: [...this.#results.limits.filter(({ limit }) => limit !== trial.limit), trial] });
  }

  /** Records Terraform's parallelism, which is chosen during the benchmark. */
  recordParallelism(terraformParallelism: number): void {
    this.#write({ machine: { ...this.#results.machine, terraformParallelism } });
  }

  #write(changed: Partial<Results>): void {
    this.#results = { ...this.#results, ...changed };
    writeResults(this.#file, this.#results);
  }
}

function isSameMachine(a: Machine, b: Machine): boolean {
  return (
    a.processor === b.processor && a.cores === b.cores && a.memoryGiB === b.memoryGiB && a.system === b.system
  );
}

/** Reports progress on standard error; standard output is reserved for the results. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
