/**
 * Lambda's API, as far as operators' tools call it: a function can be called, and an event source
 * mapping looked at, paused and resumed.
 */
import type { Context, Hono } from "hono";
import * as v from "valibot";
import type { ControlRoutes } from "./control-server.ts";
import type { EventSourceMapping } from "./event-source-mapping.ts";
import { functionArn, functionNameOf, type MappingSettings } from "./function-definition.ts";
import type { FunctionPool } from "./function-pool.ts";
import type { MappingOrders } from "./mapping-orders.ts";

export type LambdaApiOptions = {
  readonly pools: ReadonlyMap<string, FunctionPool>;
  readonly mappings: ReadonlyMap<string, EventSourceMapping>;
  /** As the template has them. */
  readonly settings: readonly MappingSettings[];
  readonly orders: MappingOrders;
};

type Status = 400 | 404 | 409 | 429;

const refuse = (context: Context, status: Status, type: string, message: string) => {
  context.header("x-amzn-errortype", type);
  return context.json({ Type: "User", Message: message }, status);
};

const updateSchema = v.strictObject({
  Enabled: v.optional(v.boolean()),
  // The CLI and the SDK repeat what the path says.
  UUID: v.optional(v.string()),
});

const describe = (settings: MappingSettings, mapping: EventSourceMapping) => ({
  UUID: settings.id,
  BatchSize: settings.batchSize,
  EventSourceArn: settings.sourceArn,
  FunctionArn: functionArn(settings.functionName),
  FunctionResponseTypes: settings.reportsItemFailures ? ["ReportBatchItemFailures"] : [],
  State: mapping.state(),
});

const addMappingRoutes = (app: Hono, { mappings, settings, orders }: LambdaApiOptions) => {
  const path = "/2015-03-31/event-source-mappings";
  const find = (id: string | undefined) => {
    const mapping = mappings.get(id ?? "");
    const found = settings.find((one) => one.id === id);
    return mapping && found && { mapping, found };
  };
  const unknown = (context: Context) =>
    refuse(context, 404, "ResourceNotFoundException", "The resource you requested does not exist.");

  app.get(path, (context) => {
    const { EventSourceArn, FunctionName } = context.req.query();
    const wanted = settings.filter(
      ({ sourceArn, functionName }) =>
        (EventSourceArn === undefined || sourceArn === EventSourceArn) &&
        (FunctionName === undefined || functionName === functionNameOf(FunctionName)),
    );
    const EventSourceMappings = wanted.flatMap((one) => {
      const mapping = mappings.get(one.id);
      return mapping === undefined ? [] : [describe(one, mapping)];
    });
    return context.json({ EventSourceMappings });
  });

  app.get(`${path}/:id`, (context) => {
    const one = find(context.req.param("id"));
    return one === undefined ? unknown(context) : context.json(describe(one.found, one.mapping));
  });

  app.put(`${path}/:id`, async (context) => {
    const one = find(context.req.param("id"));
    if (one === undefined) return unknown(context);
    const body = v.safeParse(updateSchema, await context.req.json().catch(() => undefined));
    if (!body.success) {
      const message = "The embedded bus changes Enabled alone, to true or false.";
      return refuse(context, 400, "InvalidParameterValueException", message);
    }
    const { Enabled } = body.output;
    if (Enabled !== undefined) {
      orders.write(one.found.id, { enabled: Enabled, template: one.found.enabled });
      if (Enabled) one.mapping.resume();
      else void one.mapping.pause();
    }
    return context.json(describe(one.found, one.mapping), 202);
  });
};

const addFunctionRoutes = (app: Hono, { pools }: LambdaApiOptions) => {
  app.post("/2015-03-31/functions/:name/invocations", async (context) => {
    const name = functionNameOf(context.req.param("name"));
    const pool = pools.get(name);
    if (pool === undefined) {
      const message = `Function not found: ${functionArn(name)}`;
      return refuse(context, 404, "ResourceNotFoundException", message);
    }
    const type = context.req.header("x-amz-invocation-type") ?? "RequestResponse";
    if (type !== "RequestResponse") {
      const message = `The embedded bus calls functions with RequestResponse alone, not ${type}.`;
      return refuse(context, 400, "InvalidParameterValueException", message);
    }
    const text = await context.req.text();
    let event: unknown;
    try {
      event = JSON.parse(text || "{}");
    } catch {
      const message = "Could not parse request body into json.";
      return refuse(context, 400, "InvalidRequestContentException", message);
    }
    const result = await pool.invoke(event);
    if (result.kind === "throttled") {
      return refuse(context, 429, "TooManyRequestsException", "Rate Exceeded.");
    }
    context.header("x-amz-executed-version", "$LATEST");
    if (result.kind === "returned") return context.body(result.payload, 200);
    context.header("x-amz-function-error", "Unhandled");
    return context.json(result.error);
  });
};

export const lambdaApi =
  (options: LambdaApiOptions): ControlRoutes =>
  (app) => {
    addMappingRoutes(app, options);
    addFunctionRoutes(app, options);
  };
