/** Reads what `cdk synth` wrote: the one stack's template, and where its functions' code lies. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { JsonObject, Template } from "./template.ts";

export type CloudAssembly = {
  readonly stackName: string;
  readonly template: Template;
  /** The folder of an asset, by the key under which it would be uploaded. */
  readonly assetFolder: (objectKey: string) => string | undefined;
};

type Manifest = {
  readonly artifacts: Readonly<
    Record<
      string,
      {
        readonly type: string;
        readonly properties?: {
          readonly templateFile?: string;
          readonly stackName?: string;
          readonly file?: string;
        };
      }
    >
  >;
};

type AssetManifest = {
  readonly files?: Readonly<
    Record<
      string,
      {
        readonly source: { readonly path: string };
        readonly destinations: Readonly<
          Record<string, { readonly objectKey: string } & JsonObject>
        >;
      }
    >
  >;
};

const readJson = <T>(path: string): T => JSON.parse(readFileSync(path, "utf8"));

const assetFolders = (folder: string, manifest: Manifest): ReadonlyMap<string, string> => {
  const folders = new Map<string, string>();
  for (const artifact of Object.values(manifest.artifacts)) {
    if (artifact.type !== "cdk:asset-manifest" || !artifact.properties?.file) continue;
    const assets = readJson<AssetManifest>(join(folder, artifact.properties.file));
    for (const file of Object.values(assets.files ?? {}))
      for (const destination of Object.values(file.destinations))
        folders.set(destination.objectKey, join(folder, file.source.path));
  }
  return folders;
};

export const readCloudAssembly = (folder: string): CloudAssembly => {
  const manifest = readJson<Manifest>(join(folder, "manifest.json"));
  const stacks = Object.entries(manifest.artifacts).filter(
    ([, artifact]) => artifact.type === "aws:cloudformation:stack",
  );
  const [stack, ...others] = stacks;
  if (!stack || others.length > 0)
    throw new Error(
      `${folder} holds ${stacks.length} stacks (${stacks.map(([id]) => id).join(", ")}); ` +
        "the embedded runtime runs exactly one: choose it with the stage",
    );
  const [artifactId, { properties }] = stack;
  const folders = assetFolders(folder, manifest);
  return {
    stackName: properties?.stackName ?? artifactId,
    template: readJson<Template>(
      join(folder, properties?.templateFile ?? `${artifactId}.template.json`),
    ),
    assetFolder: (objectKey) => folders.get(objectKey),
  };
};
