import { evaluateCatalogue } from "./evaluate-catalogue.ts";
import { catalogueVariable, readHandedOver } from "./evaluated-catalogue.ts";

const file = process.env[catalogueVariable];

/** The program's catalogue: the one that a command handed over, otherwise evaluated now. */
export const evaluation = file ? Promise.resolve(readHandedOver(file)) : evaluateCatalogue();
// `index.ts` awaits it after it has loaded the SDK.
evaluation.catch(() => {});
