/** Request bodies. Property values may be strings, numbers or booleans, as in ksqlDB. */
export type PropertyValues = Readonly<Record<string, string | number | boolean>>;

export interface StatementRequest {
  readonly ksql: string;
  readonly streamsProperties?: PropertyValues;
  readonly sessionVariables?: Readonly<Record<string, string>>;
  readonly commandSequenceNumber?: number;
  readonly requestProperties?: PropertyValues;
}
export interface QueryStreamRequest {
  readonly sql: string;
  readonly properties?: PropertyValues;
  readonly sessionVariables?: Readonly<Record<string, string>>;
  readonly requestProperties?: PropertyValues;
}
export interface ServerInfo {
  readonly KsqlServerInfo: {
    readonly version: string;
    readonly kafkaClusterId: string;
    readonly ksqlServiceId: string;
    readonly serverStatus: 'RUNNING' | 'DEGRADED' | 'ERROR';
  };
}
