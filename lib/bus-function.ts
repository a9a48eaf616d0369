import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { AssetHashType, DockerImage, Duration, Stack } from "aws-cdk-lib";
import { Metric, type MetricOptions } from "aws-cdk-lib/aws-cloudwatch";
import { type Conditions, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
} from "aws-cdk-lib/aws-lambda";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { removalPolicies } from "./removal-policies.ts";
import type { StageSettings } from "./stage-settings.ts";

const PROJECT = join(import.meta.dirname, "..");

/** The path of a function's file, whatever the working directory is. */
export const entryFile = (...path: string[]): string => join(PROJECT, "lambdas", ...path);

export const METRICS_NAMESPACE = "OrderEventBus";

const BUNDLER = join(import.meta.dirname, "bundle-function.ts");

/** In a process of its own, since bundling is asynchronous and constructs are not. */
const bundled = (entry: string): Code =>
  Code.fromAsset(PROJECT, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Never used: it is bundled here. The command tells one function's asset from another's.
      image: DockerImage.fromRegistry("none"),
      command: [BUNDLER, entry],
      local: {
        tryBundle: (folder) => {
          const stdio = ["ignore", "inherit", "inherit"] as const;
          execFileSync(process.execPath, [BUNDLER, entry, folder], { stdio: [...stdio] });
          return true;
        },
      },
    },
  });

export type BusFunctionProps = {
  readonly settings: StageSettings;
  readonly entry: string;
  readonly description: string;
  readonly timeoutSeconds: number;
  readonly memoryMiB: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly reservedConcurrency?: number | undefined;
};

/**
 * A function with a log group and a role of its own. The role starts with nothing but writing to
 * that log group; what else the code calls is allowed one action and one resource at a time.
 */
export class BusFunction extends Construct {
  readonly function: LambdaFunction;
  /** Also the dimension `service` of the function's metrics. */
  readonly serviceName: string;
  readonly #role: Role;

  constructor(scope: Construct, id: string, props: BusFunctionProps) {
    super(scope, id);
    const { settings } = props;
    this.serviceName = `${Stack.of(this).stackName}-${scope.node.id}`;
    const logGroup = new LogGroup(this, "Logs", {
      retention: settings.logRetentionDays,
      removalPolicy: removalPolicies(settings).logGroup,
    });
    this.#role = new Role(this, "Role", {
      assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
    });
    this.allow(["logs:CreateLogStream", "logs:PutLogEvents"], logGroup.logGroupArn);
    this.function = new LambdaFunction(this, "Function", {
      code: bundled(props.entry),
      handler: "index.handler",
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      timeout: Duration.seconds(props.timeoutSeconds),
      memorySize: props.memoryMiB,
      role: this.#role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      environment: {
        ...props.environment,
        STAGE: settings.stage,
        NODE_OPTIONS: "--enable-source-maps",
        POWERTOOLS_SERVICE_NAME: this.serviceName,
        POWERTOOLS_METRICS_NAMESPACE: METRICS_NAMESPACE,
      },
      ...(props.reservedConcurrency === undefined
        ? {}
        : { reservedConcurrentExecutions: props.reservedConcurrency }),
    });
  }

  allow(actions: readonly string[], resourceArn: string, conditions: Conditions = {}): void {
    this.#role.addToPolicy(
      new PolicyStatement({ actions: [...actions], resources: [resourceArn], conditions }),
    );
  }

  /** A metric that the function writes itself. */
  metric(metricName: string, options: MetricOptions): Metric {
    const dimensionsMap = { service: this.serviceName };
    return new Metric({ ...options, namespace: METRICS_NAMESPACE, metricName, dimensionsMap });
  }
}
