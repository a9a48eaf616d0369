/** The parts of a CloudFormation template that the embedded runtime reads. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export type JsonObject = { readonly [key: string]: Json };

export type Resource = {
  readonly Type: string;
  readonly Properties?: JsonObject;
  readonly DependsOn?: string | readonly string[];
  readonly Condition?: string;
};

export type Output = { readonly Value: Json };

export type Template = {
  readonly Resources: { readonly [logicalId: string]: Resource };
  readonly Outputs?: { readonly [name: string]: Output };
  readonly Parameters?: JsonObject;
};

/** The template asks for something that the runtime would otherwise silently do differently. */
export class TemplateError extends Error {
  readonly logicalId: string;

  constructor(logicalId: string, problem: string) {
    super(`${logicalId}: ${problem}`);
    this.name = "TemplateError";
    this.logicalId = logicalId;
  }
}

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);
