import { snsClient, sqsClient } from "../../../lambdas/aws/aws-clients.ts";

const clients = [snsClient(), sqsClient()];

export const handler = async (): Promise<number> => clients.length;
