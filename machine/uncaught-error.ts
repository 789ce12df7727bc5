// Loaded before every command. No command catches an error of a module that is being loaded, a timer or an event, so any
// such error is a fault of this program, whatever its class.
import { reportFault } from "./command.ts";

process.on("uncaughtException", (error) => process.exit(reportFault(error)));
