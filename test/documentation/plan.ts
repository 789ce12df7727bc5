/** How a block is tested: the test file that runs or checks it, and the reason if its commands are not run. */
export type Plan = { readonly test: string; readonly notRun?: string } | { readonly notRun: string };

const readme: Plan = { test: "test/documentation/readme.test.ts" };
const samples: Plan = { test: "test/documentation/samples.test.ts" };
const recipes: Plan = { test: "test/documentation/recipes.test.ts" };
const operations: Plan = { test: "test/documentation/operations.test.ts" };
const ownRepository: Plan = { test: "test/documentation/own-repository.test.ts" };
const start: Plan = { test: "test/start.test.ts" };
const doctor: Plan = { test: "test/doctor.test.ts" };
const newStack: Plan = { test: "test/new-stack.test.ts" };
const securedCluster: Plan = { test: "test/secured-cluster.test.ts" };
const release: Plan = { test: "test/release.test.ts" };
const terraform: Plan = { notRun: "It takes Terraform, which the tests do not install." };
const guardedCluster: Plan = { test: "test/guarded-cluster.test.ts" };

/** The plan for every fenced block, by document and block name, in the order of the document. */
export const plan: Readonly<Record<string, Readonly<Record<string, Plan>>>> = {
  "CONTRIBUTING.md": {
    "See a change 1": start,
    "Test a change 1": { ...samples, notRun: "npm test would run itself." },
    "Upgrade Pulumi, Kafka, Node or a package 1": {
      notRun: "It downloads and builds for half an hour, and writes into the repository.",
    },
    "Take the README's pictures 1": { notRun: "It runs npm test, and writes into the repository." },
  },
  "README.md": {
    "Kafka topics as code 1": samples,
    "Try it 1": start,
    "Try it 2": { notRun: "npm test would run itself." },
    "Use it on your cluster 1": ownRepository,
    "Use it on your cluster 2": newStack,
    "Use it on your cluster 3": ownRepository,
    "Use it on your cluster 4": ownRepository,
    "Use it on your cluster 5": ownRepository,
    "Use it on your cluster 6": ownRepository,
    "From brokers to a green smoke run 1": securedCluster,
    "The review 1": readme,
    "The preflight 1": readme,
    "The smoke suite 1": samples,
  },
  "docs/ci.md": {
    "OIDC instead of secrets 1": { notRun: "It takes an AWS account." },
    "OIDC instead of secrets 2": { ...samples, notRun: "It takes a runner of GitHub and an AWS account." },
    "OIDC instead of secrets 3": { ...samples, notRun: "It takes a runner of GitHub and Pulumi Cloud." },
  },
  "docs/compatibility.md": {
    "Versions of Kafka 1": { notRun: "It takes about five minutes, and writes into the repository." },
  },
  "docs/findings.md": {
    "Findings 1": readme,
  },
  "docs/operations.md": {
    "A command cannot reach the cluster 1": doctor,
    "Adopt an existing cluster 1": operations,
    "Take topics over from Terraform 1": terraform,
    "Take topics over from Terraform 2": terraform,
    "Hand topics over to another tool 1": release,
    "Split a stack 1": release,
    "Split a stack 2": release,
    "Split a stack 3": release,
    "Split a stack 4": release,
    "Move to a new cluster 1": { notRun: "It takes a second cluster." },
    "An update was interrupted 1": operations,
    "An update was interrupted 2": operations,
    "A topic was deleted by hand 1": operations,
    "The state cannot be read 1": operations,
    "The state cannot be read 2": operations,
    "Move the state to another backend 1": operations,
    "Roll back a bad deploy 1": operations,
  },
  "docs/recipes.md": {
    "Add a topic 1": recipes,
    "Add a topic 2": recipes,
    "Add retry and dead-letter topics 1": recipes,
    "Add retry and dead-letter topics 2": recipes,
    "Change a topic 1": recipes,
    "Change a topic 2": recipes,
    "Rename a topic 1": recipes,
    "Rename a topic 2": recipes,
    "Rename a topic 3": recipes,
    "Rename a topic 4": recipes,
    "Rename a topic 5": recipes,
    "Rename a topic 6": recipes,
    "Delete a topic 1": recipes,
    "Delete a topic 2": recipes,
    "Delete a topic 3": recipes,
    "Delete a topic 4": recipes,
    "React to drift 1": recipes,
    "React to drift 2": recipes,
    "Rotate a credential 1": guardedCluster,
    "Rotate a credential 2": guardedCluster,
    "Set a value of several lines 1": recipes,
    "Deploy from your machine 1": recipes,
    "Deploy from CI 1": recipes,
  },
  "docs/security.md": {
    "The principal for reviews 1": doctor,
    "Grant the rights 1": doctor,
    "Grant the rights 2": doctor,
    "Grant the rights 3": doctor,
    "Grant the rights 4": doctor,
  },
  "docs/upgrading.md": {
    "Take in a later version 1": ownRepository,
    "A repository without shared history 1": ownRepository,
  },
};
