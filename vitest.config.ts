import { defineConfig } from 'vitest/config'
import { LeftOutReporter } from './tests/support/left-out-reporter.ts'

// Where a program reads the counts, it names a file for them (.ci/run).
const countsFile = process.env.PORTHOR_TEST_COUNTS_FILE

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'tests/**/*.test.ts', 'bench/**/*.test.ts'],
    globalSetup: 'tests/support/global-setup.ts',
    // Processes, not threads: a test that is killed or blocks takes nothing else along.
    pool: 'forks',
    // Each runs a Redis and servers beside it.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 90_000,
    teardownTimeout: 20_000,
    reporters: [
      'default',
      new LeftOutReporter(),
      ...(countsFile ? [['json', { outputFile: countsFile }] as ['json', object]] : []),
    ],
  },
})
