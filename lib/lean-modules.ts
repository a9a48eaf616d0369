/**
 * What a bundle has of dependencies in a reduced form, because in Lambda the rest of it never runs.
 * An update of the SDK that moves a file makes the bundles larger again; a test holds their size.
 */
import { readFileSync } from "node:fs";
import type { Plugin } from "rolldown";

type Lean = {
  readonly file: RegExp;
  readonly why: string;
  readonly code: (file: string) => string;
};

const lean: readonly Lean[] = [
  {
    file: /@aws-sdk\/credential-provider-node\/dist-es\/index\.js$/,
    why: "Lambda gives the execution role's credentials in the environment (Lambda Developer Guide, Defined runtime environment variables). The whole chain looks there first too, and asks files, SSO, processes and metadata servers only where there are none.",
    code: () => `export { fromEnv as defaultProvider } from "@aws-sdk/credential-provider-env";`,
  },
  {
    file: /@smithy\/core\/.*\/Sha256Js\.js$/,
    why: "Only for a Node without its crypto module.",
    code: () => "export class Sha256Js {}",
  },
  {
    file: /@smithy\/core\/.*\/Md5Js\.js$/,
    why: "Only for a Node without its crypto module.",
    code: () => "export class Md5Js {}",
  },
  {
    file: /@smithy\/core\/.*\/loadSharedConfigFiles\.js$/,
    why: "There is no ~/.aws in Lambda: a client is set up by its code and the environment.",
    code: () =>
      `export { CONFIG_PREFIX_SEPARATOR } from "./constants";
       export const loadSharedConfigFiles = async () => ({ configFile: {}, credentialsFile: {} });`,
  },
  {
    file: /@smithy\/core\/.*\/getInstanceMetadataRegion\.js$/,
    why: "Asks the metadata server of EC2. Lambda has none, and gives the Region in the environment.",
    code: () => "export const getInstanceMetadataRegion = async () => undefined;",
  },
  {
    file: /@smithy\/core\/.*\/util-retry\/AdaptiveRetryStrategy\.js$/,
    why: "Our clients retry in the standard mode, whatever the environment says.",
    code: () => "export class AdaptiveRetryStrategy {}",
  },
  {
    file: /@smithy\/signature-v4\/.*\/HeaderFormatter\.js$/,
    why: "For the headers of streamed events, which are never loaded either.",
    code: () => "export class HeaderFormatter {}",
  },
  {
    file: /@aws-sdk\/endpoint-cache\/dist-es\/index\.js$/,
    why: "The DynamoDB client makes one, and fills it only where endpoint discovery is switched on.",
    code: () => "export class EndpointCache {}",
  },
  {
    file: /@aws-sdk\/client-[^/]+\/package\.json$/,
    why: "The client tells its version in the user agent, and reads nothing else of it.",
    code: (file) => {
      const { version } = JSON.parse(readFileSync(file, "utf8"));
      return JSON.stringify({ version });
    },
  },
];

/** Loaded on demand, by operations that stream events: SQS, SNS and the tables have none. */
export const neverLoaded = ["@smithy/core/event-streams"];

export const leanModules: Plugin = {
  name: "lean-modules",
  load: {
    filter: { id: lean.map(({ file }) => file) },
    handler: (id) => lean.find(({ file }) => file.test(id))?.code(id) ?? null,
  },
};
