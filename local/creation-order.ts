/** Resources in an order in which each comes after all that it refers to. */
import { referencedNames } from "./intrinsics.ts";
import { type Resource, type Template, TemplateError } from "./template.ts";

const dependenciesOf = (resource: Resource): readonly string[] => [
  ...referencedNames(resource.Properties ?? {}),
  ...(typeof resource.DependsOn === "string" ? [resource.DependsOn] : (resource.DependsOn ?? [])),
];

export const creationOrder = (template: Template): readonly string[] => {
  const order: string[] = [];
  const state = new Map<string, "open" | "done">();
  const visit = (logicalId: string, path: readonly string[]) => {
    const resource = template.Resources[logicalId];
    if (!resource || state.get(logicalId) === "done") return;
    if (state.get(logicalId) === "open")
      throw new TemplateError(logicalId, `refers to itself by way of ${path.join(" → ")}`);
    state.set(logicalId, "open");
    for (const name of dependenciesOf(resource)) visit(name, [...path, name]);
    state.set(logicalId, "done");
    order.push(logicalId);
  };
  for (const logicalId of Object.keys(template.Resources)) visit(logicalId, [logicalId]);
  return order;
};
