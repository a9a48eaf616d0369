import { dynamoClient, sqsClient } from "../../../lambdas/aws/aws-clients.ts";

const clients = [dynamoClient(), sqsClient()];

export const handler = async (): Promise<number> => clients.length;
