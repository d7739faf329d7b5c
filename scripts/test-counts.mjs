/**
 * Prints the counts of a test run, alone on a line, from the report that Vitest's JSON reporter has written:
 *
 *     node scripts/test-counts.mjs FILE
 *
 * Without a report, for the tests never ran, nothing has passed and one thing has failed.
 */
import { readFileSync } from 'node:fs'

function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return { numPassedTests: 0, numFailedTests: 1, numPendingTests: 0, numTodoTests: 0, testResults: [] }
  }
}

const report = readReport(process.argv[2])
// A file that could not be loaded has failed as a whole: no test of it is counted.
const brokenFiles = report.testResults.filter(
  (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
)
const failed = report.numFailedTests + brokenFiles.length
const skipped = report.numPendingTests + report.numTodoTests
console.log(`${report.numPassedTests} passed, ${failed} failed, ${skipped} skipped`)
