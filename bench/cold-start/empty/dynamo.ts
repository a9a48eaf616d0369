import { dynamoClient } from "../../../lambdas/aws/aws-clients.ts";

const clients = [dynamoClient()];

export const handler = async (): Promise<number> => clients.length;
