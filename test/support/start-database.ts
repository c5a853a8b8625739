/** Starts one database server for a whole test run and tells every test file its address. */
import type { TestProject } from 'vitest/node';
import { startTestServer } from './mongo.ts';

export default async function startDatabase(project: TestProject): Promise<() => Promise<void>> {
  const server = await startTestServer();
  project.provide('testDatabaseUri', server.uri);
  return server.stop;
}
