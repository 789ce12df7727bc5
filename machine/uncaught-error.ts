// Loaded before every command: what goes wrong while a module is loaded, in a timer or in an event is caught by nobody,
// so it is a fault of this program, whatever its class.
import { reportFault } from "./command.ts";

process.on("uncaughtException", (error) => process.exit(reportFault(error)));
