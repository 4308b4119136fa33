/**
 * The shapes that travel over REST, field by field as existing clients read them. One entity per statement that yields one;
 * `@type` tells them apart.
 */
export interface EntityBase {
  readonly statementText: string;
  readonly warnings: readonly { readonly message: string }[];
}

export type CommandState = 'QUEUED' | 'PARSING' | 'EXECUTING' | 'RUNNING' | 'SUCCESS' | 'ERROR' | 'TERMINATED';

/** A SQL type as clients see it. Unused parts are null. */
export interface SchemaInfo {
  readonly type: string;
  readonly fields: readonly FieldInfo[] | null;
  readonly memberSchema: SchemaInfo | null;
  readonly parameters?: Readonly<Record<string, number>>;
}
export interface FieldInfo {
  readonly name: string;
  readonly schema: SchemaInfo;
  readonly type?: 'KEY' | 'HEADER' | 'SYSTEM';
  readonly headerKey?: string;
}

export interface RunningQuery {
  readonly queryString: string;
  readonly sinks: readonly string[];
  readonly sinkKafkaTopics: readonly string[];
  readonly id: string;
  readonly statusCount: Readonly<Record<string, number>>;
  readonly queryType: 'PERSISTENT' | 'PUSH' | 'PULL';
  readonly state: string;
}

export interface SourceInfo {
  readonly type: 'STREAM' | 'TABLE';
  readonly name: string;
  readonly topic: string;
  readonly keyFormat: string;
  readonly valueFormat: string;
  readonly isWindowed: boolean;
}

export interface PartitionOffsets {
  readonly partition: number;
  readonly logStartOffset: number;
  readonly logEndOffset: number;
  readonly consumerOffset: number;
}

export interface SourceDescription {
  readonly name: string;
  readonly windowType: string | null;
  readonly readQueries: readonly RunningQuery[];
  readonly writeQueries: readonly RunningQuery[];
  readonly fields: readonly FieldInfo[];
  readonly type: 'STREAM' | 'TABLE';
  readonly timestamp: string;
  readonly statistics: string;
  readonly errorStats: string;
  readonly extended: boolean;
  readonly keyFormat: string;
  readonly valueFormat: string;
  readonly topic: string;
  readonly partitions: number;
  readonly replication: number;
  readonly statement: string;
  readonly queryOffsetSummaries: readonly {
    readonly groupId: string;
    readonly topicSummaries: readonly { readonly kafkaTopic: string; readonly offsets: readonly PartitionOffsets[] }[];
  }[];
  readonly sourceConstraints: readonly string[];
  readonly clusterStatistics: readonly { readonly host: string; readonly name: string; readonly value: number; readonly timestamp: number }[];
  readonly clusterErrorStats: readonly { readonly host: string; readonly name: string; readonly value: number; readonly timestamp: number }[];
}

export interface QueryDescription {
  readonly id: string;
  readonly statementText: string;
  readonly windowType: string | null;
  readonly fields: readonly FieldInfo[];
  readonly sources: readonly string[];
  readonly sinks: readonly string[];
  readonly topology: string;
  readonly executionPlan: string;
  readonly overriddenProperties: Readonly<Record<string, string>>;
  readonly ksqlHostQueryStatus: Readonly<Record<string, string>>;
  readonly queryType: 'PERSISTENT' | 'PUSH' | 'PULL';
  readonly queryErrors: readonly { readonly timestamp: number; readonly errorMessage: string; readonly type: 'USER' | 'SYSTEM' | 'UNKNOWN' }[];
  readonly tasksMetadata: readonly {
    readonly taskId: string;
    readonly topicOffsets: readonly {
      readonly topicPartitionEntity: { readonly topic: string; readonly partition: number };
      readonly endOffset: number;
      readonly committedOffset: number;
    }[];
    readonly timeCurrentIdlingStarted: number | null;
  }[];
  readonly consumerGroupId: string;
  readonly state: string | null;
}

export interface ConnectorState {
  readonly state: string;
  readonly worker_id: string;
  readonly trace: string | null;
}

export type Entity = EntityBase &
  (
    | {
        readonly '@type': 'currentStatus';
        readonly commandId: string;
        readonly commandStatus: { readonly status: CommandState; readonly message: string; readonly queryId: string | null };
        readonly commandSequenceNumber: number;
      }
    | {
        readonly '@type': 'properties';
        readonly properties: readonly { readonly name: string; readonly scope: string; readonly value: string | null; readonly editable: boolean; readonly level: string }[];
        readonly overwrittenProperties: readonly string[];
        readonly defaultProperties: readonly string[];
      }
    | { readonly '@type': 'queries'; readonly queries: readonly RunningQuery[] }
    | { readonly '@type': 'sourceDescription'; readonly sourceDescription: SourceDescription }
    | { readonly '@type': 'source_descriptions'; readonly sourceDescriptions: readonly SourceDescription[] }
    | { readonly '@type': 'queryDescription'; readonly queryDescription: QueryDescription }
    | { readonly '@type': 'query_descriptions'; readonly queryDescriptions: readonly QueryDescription[] }
    | { readonly '@type': 'streams'; readonly streams: readonly SourceInfo[] }
    | { readonly '@type': 'tables'; readonly tables: readonly SourceInfo[] }
    | { readonly '@type': 'kafka_topics'; readonly topics: readonly { readonly name: string; readonly replicaInfo: readonly number[] }[] }
    | {
        readonly '@type': 'kafka_topics_extended';
        readonly topics: readonly { readonly name: string; readonly replicaInfo: readonly number[]; readonly consumerCount: number; readonly consumerGroupCount: number }[];
      }
    | { readonly '@type': 'function_names'; readonly functions: readonly { readonly name: string; readonly type: string; readonly category: string }[] }
    | {
        readonly '@type': 'describe_function';
        readonly name: string;
        readonly description: string;
        readonly author: string;
        readonly version: string;
        readonly path: string;
        readonly functions: readonly {
          readonly arguments: readonly { readonly name: string; readonly type: string; readonly description: string; readonly isVariadic: boolean }[];
          readonly returnType: string;
          readonly description: string;
        }[];
        readonly type: string;
      }
    | { readonly '@type': 'connector_list'; readonly connectors: readonly { readonly name: string; readonly type: string; readonly className: string; readonly state: string }[] }
    | { readonly '@type': 'connector_plugins_list'; readonly connectorsPlugins: readonly { readonly className: string; readonly type: string; readonly version: string }[] }
    | {
        readonly '@type': 'connector_description';
        readonly connectorClass: string;
        readonly status: { readonly name: string; readonly connector: ConnectorState; readonly tasks: readonly (ConnectorState & { readonly id: number })[]; readonly type: string };
        readonly sources: readonly SourceDescription[];
        readonly topics: readonly string[];
      }
    | {
        readonly '@type': 'connector_info';
        readonly info: {
          readonly name: string;
          readonly config: Readonly<Record<string, string>>;
          readonly tasks: readonly { readonly connector: string; readonly task: number }[];
          readonly type: string;
        };
      }
    | { readonly '@type': 'drop_connector'; readonly connectorName: string }
    | { readonly '@type': 'type_list'; readonly types: Readonly<Record<string, SchemaInfo>> }
    | { readonly '@type': 'variables'; readonly variables: readonly { readonly name: string; readonly value: string }[] }
    | { readonly '@type': 'terminate_query'; readonly queryId: string; readonly wasTerminated: boolean }
    | { readonly '@type': 'assert_topic'; readonly topicName: string; readonly exists: boolean }
    | { readonly '@type': 'assert_schema'; readonly subject: string | null; readonly id: number | null; readonly exists: boolean }
    | { readonly '@type': 'warning_entity'; readonly message: string }
  );

export type EntityType = Entity['@type'];
