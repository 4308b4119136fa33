export { DEFAULT_QUERY_OPTIONS, type ProcessingLogOptions, type Partitioner, type QueryOptions, type RuntimeDependencies } from './options.js';
export type {
  FromGroup, GroupMeasures, MessageError, MessageQueryOptions, OutputRow, Positions, ProcessingErrorType, PullParameters, PushSource, QueryFailure, QueryMetrics,
  QueryState, QueryStatus, ResumeOptions, RowEvaluation, RuntimeEvent, Share, Spread, StreamEnd, TaskGroupReply, TaskGroupRequest, TaskStatus, ToGroup,
  TopicPositions,
} from './messages.js';
export { TaskGroupClient, type GroupChannel, type PreparedPull, type PushOptions, type RowStream } from './task-group-client.js';
export { movedMetadata } from './task/offset-metadata.js';
export { addWork } from './task/work-counts.js';
export { openTaskGroup } from './local-group.js';
export { explainStages, type ExplainedStage } from './explain.js';
export { TaskGroup } from './task-group.js';
export type {
  DescribeThreadSetup, FoundSchema, FromThread, GroupThreadSetup, KnownSchemas, ThreadBroker, ThreadError, ThreadSetup, ThreadStores, ToThread, WantedSchema,
} from './thread-messages.js';
