import type { CatalogueEntry } from "./catalogue.ts";
import { fieldOf, type Override } from "./parse-topic.ts";
import type { Stack } from "./stack.ts";

/** Values of a topic that are given in one place. */
type Layer = {
  readonly file: string;
  readonly values: Override;
  /** Names the field in the file, by a value's path. */
  readonly nameOf: (path: readonly string[]) => string;
};

/** The configs of a layer by key, in whichever field they are given; null for one that the layer removes. */
export function configsOf({ config, otherConfig }: Override): ReadonlyMap<string, string | null> {
  const given = [...Object.entries(config ?? {}), ...Object.entries(otherConfig ?? {})];
  return new Map(given.flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));
}

/** Whether a stack has a topic of the catalogue. */
export function isOnStack({ declared: { stacks } }: CatalogueEntry, { name }: Stack): boolean {
  return Array.isArray(stacks) ? stacks.includes(name) : stacks?.[name] !== false;
}

/** Returns the values that a topic has on a stack; a value that several layers give is that of the first one. */
export function layersOf({ name, file, declared }: CatalogueEntry, stack: Stack): Layer[] {
  const { stacks, ...own } = declared;
  const onStack = Array.isArray(stacks) ? undefined : stacks?.[stack.name];
  const override = stack.overrides.get(name);
  const inStack = (values: Override, nameIn: (path: readonly string[]) => string): Layer => ({
    file: stack.file,
    values,
    nameOf: (path) => `${nameIn(path)}, for ${fieldOf(name, path)}`,
  });
  const defaults = [
    ...stack.defaults.flatMap(({ isFor, config }, at) =>
      isFor(name) ? [inStack({ config }, (path) => fieldOf(`defaults[${at}]`, path))] : [],
    ),
    ...stack.smoke.flatMap(({ isFor, mode }, at) =>
      isFor(name) ? [inStack({ smoke: mode }, () => `smoke[${at}].mode`)] : [],
    ),
  ];
  const layers: (Layer | false | undefined)[] = [
    override && { file: stack.file, values: override, nameOf: (path) => `overrides.${fieldOf(name, path)}` },
    onStack && { file, values: onStack, nameOf: (path) => fieldOf(name, ["stacks", stack.name, ...path]) },
    { file, values: own, nameOf: (path) => fieldOf(name, path) },
    ...defaults.reverse(),
  ];
  return layers.filter((layer) => !!layer);
}
