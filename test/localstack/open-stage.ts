/** A stage of its own at an endpoint: made from the template, run by the embedded runtime. */
import { randomBytes } from "node:crypto";
import type { Endpoints } from "../../local/aws-clients.ts";
import type { JsonObject } from "../../local/template.ts";
import { startBus, type TestBus } from "../end-to-end/start-bus.ts";
import { deleteStage } from "./delete-stage.ts";

export type EndpointStage = {
  readonly world: TestBus;
  /** Ends what runs and deletes what was made; answers how many things that were. */
  readonly close: () => Promise<number>;
};

export const openStage = async (endpoint: string, settings: JsonObject): Promise<EndpointStage> => {
  const stage = `ls-${randomBytes(4).toString("hex")}`;
  const given = { AWS_ENDPOINT_URL_SNS: endpoint, AWS_ENDPOINT_URL_SQS: endpoint };
  const ownDynamo = process.env.AWS_ENDPOINT_URL_DYNAMODB ?? "";
  const clean = (endpoints: Endpoints) =>
    deleteStage({
      ...{ stackName: `OrderEventBus-${stage}`, endpoints },
      tables: ownDynamo === "" ? "ended" : "kept",
    });
  try {
    const options = { stage, endpoints: given };
    const world = await startBus(settings, options);
    const close = async () => {
      await world.stop();
      return clean(world.bus.endpoints);
    };
    return { world, close };
  } catch (error) {
    await clean({ ...given, AWS_ENDPOINT_URL_DYNAMODB: ownDynamo || endpoint });
    throw error;
  }
};
