/** A task id is `<queryId>/<stage and partition>`; one without a slash is a query's only task. */
export function queryOf(taskId: string): string {
  const slash = taskId.indexOf('/');
  return slash < 0 ? taskId : taskId.slice(0, slash);
}
