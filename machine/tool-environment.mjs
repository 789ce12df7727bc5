// Which environment variables the programs get that our commands start. run.mjs uses it before any package is installed, so
// it needs no package and runs on Node 20 and later.

/**
 * A list of what may pass, because nobody can list the secrets: how a program finds other programs, files, the network and
 * the user's language. The caches and registries of Go, Java and npm are in variables of their own.
 */
const passed = [
  /^(PATH|HOME|USER|LOGNAME|SHELL|TZ|LANG|LANGUAGE|LC_\w+|TERM|COLORTERM|NO_COLOR|FORCE_COLOR|CI)$/,
  /^(TMPDIR|TMP|TEMP|XDG_\w+|LD_LIBRARY_PATH|DYLD_LIBRARY_PATH)$/,
  // Proxies, and the CAs of a network that inspects TLS.
  /^((http|https|no|all)_proxy|no_grpc_proxy)$/i,
  /^(SSL_CERT_(FILE|DIR)|NODE_EXTRA_CA_CERTS|NODE_USE_SYSTEM_CA|CURL_CA_BUNDLE|GIT_SSL_CAINFO)$/,
  /^(NODE_OPTIONS|NODE_COMPILE_CACHE|JAVA_HOME|JAVA_TOOL_OPTIONS|JDK_JAVA_OPTIONS)$/,
  /^(GOPATH|GOROOT|GOCACHE|GOMODCACHE|GOTMPDIR|GOENV|GOPROXY|GONOPROXY|GOAUTH|GOSUMDB)$/,
  /^GIT_(CONFIG_GLOBAL|CONFIG_SYSTEM|CONFIG_NOSYSTEM|CEILING_DIRECTORIES)$/,
  /^npm_config_(registry|userconfig|globalconfig|cache|cafile|prefer_offline|offline)$/i,
];

/** npm's own credentials, for a registry that requires a login. */
const passedToNpm = [/^npm_config_/i, /^(NPM_TOKEN|NODE_AUTH_TOKEN)$/];

/**
 * Returns the part of an environment that a program gets which needs no secret: a broker, a compiler, a build tool.
 * @param {NodeJS.ProcessEnv} environment
 * @returns {NodeJS.ProcessEnv}
 */
export function toolEnvironment(environment = process.env) {
  return keep(environment, passed);
}

/**
 * Returns the part of an environment that npm gets.
 * @param {NodeJS.ProcessEnv} environment
 * @returns {NodeJS.ProcessEnv}
 */
export function npmEnvironment(environment = process.env) {
  return keep(environment, [...passed, ...passedToNpm]);
}

/**
 * Whether this is a pipeline's job. GitHub, GitLab and all the others set CI.
 * @param {NodeJS.ProcessEnv} environment
 */
export function isPipeline({ CI } = process.env) {
  return CI !== undefined && CI !== "" && CI !== "false";
}

/**
 * @param {NodeJS.ProcessEnv} environment
 * @param {readonly RegExp[]} names
 */
function keep(environment, names) {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => names.some((pattern) => pattern.test(name))),
  );
}
