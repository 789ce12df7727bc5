// What catalogue files may use of this program, besides its types: `topic-config.ts` exports it to them.

// Rounded: a tenth of a day is 8640000.000000002 ms in floating point, and Kafka accepts only whole numbers.

/** Seconds in ms, for the configs that end in `.ms`. */
export const seconds = (count: number): number => Math.round(count * 1000);
/** Minutes in ms, for the configs that end in `.ms`. */
export const minutes = (count: number): number => seconds(count * 60);
/** Hours in ms, for the configs that end in `.ms`. */
export const hours = (count: number): number => minutes(count * 60);
/** Days of 24 hours in ms, for the configs that end in `.ms`. */
export const days = (count: number): number => hours(count * 24);

/** KiB in bytes, for the configs that end in `.bytes`. */
export const kibibytes = (count: number): number => Math.round(count * 1024);
/** MiB in bytes, for the configs that end in `.bytes`. */
export const mebibytes = (count: number): number => kibibytes(count * 1024);
/** GiB in bytes, for the configs that end in `.bytes`. */
export const gibibytes = (count: number): number => mebibytes(count * 1024);

/** No limit, for configs that do not accept -1 for it. */
export const noLimit = 9223372036854775807n;
