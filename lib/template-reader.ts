import type { Stack } from "aws-cdk-lib";

type Tree = Readonly<Record<string, unknown>>;

const isTree = (value: unknown): value is Tree =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What lies at the end of a path of names, or `undefined`. */
export const at = (value: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>((tree, name) => (isTree(tree) ? tree[name] : undefined), value);

/** A resource of the template. */
export type Resource = {
  readonly id: string;
  readonly type: string;
  readonly path: string;
  readonly body: Tree;
};

export type TemplateReader = {
  readonly ofType: (type: string) => readonly Resource[];
  /** The resource of the template that a `Ref` or `Fn::GetAtt` names. */
  readonly follow: (reference: unknown) => Resource | undefined;
};

/** Reads a resolved template, so that it sees what escape hatches did as well. */
export const readTemplate = (template: unknown): TemplateReader => {
  const resources = new Map<string, Resource>();
  for (const [id, body] of Object.entries(at(template, "Resources") ?? {})) {
    if (!isTree(body)) continue;
    const path = at(body, "Metadata", "aws:cdk:path") ?? id;
    resources.set(id, { id, type: String(body.Type), path: String(path), body });
  }
  return {
    ofType: (type) => [...resources.values()].filter((resource) => resource.type === type),
    follow: (reference) => {
      const attribute = at(reference, "Fn::GetAtt");
      const id = at(reference, "Ref") ?? (Array.isArray(attribute) ? attribute[0] : undefined);
      return typeof id === "string" ? resources.get(id) : undefined;
    },
  };
};

/** The template as it will be written. Asked of the stack itself, during its validation. */
export const resolvedTemplate = (stack: Stack): unknown => {
  // Not in the typings, since it is for the library's own use; the version is pinned, and the
  // tests of every refusal go through here.
  const inner = stack as unknown as { _toCloudFormation: () => unknown };
  return stack.resolve(inner._toCloudFormation());
};
