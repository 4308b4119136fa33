export { createConnectClient, type ConnectClient, type ConnectOptions, type ConnectorInfo, type ConnectorPlugin, type ConnectorStatus, type ConnectorTaskState } from './connect-client.js';
