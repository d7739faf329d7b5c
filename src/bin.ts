#!/usr/bin/env node
/**
 * The command line of the published package. Where the Node.js that runs it is too old for Porthor, it hands over to the
 * one that the dependency `node` has brought; so it uses nothing that Node.js 20 lacks, and imports the rest only then.
 */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { constants } from 'node:os'

const oldestMajor = 24

/** The binary of the dependency `node`; undefined where its install script has not run. */
function broughtNode(): string | undefined {
  const require = createRequire(import.meta.url)
  try {
    const path = require.resolve('node/bin/node')
    return existsSync(path) ? path : undefined
  } catch {
    return undefined
  }
}

/** Runs this program again by another Node.js, with the same arguments, streams and end. */
function runBy(node: string): void {
  const child = spawn(node, process.argv.slice(1), { stdio: 'inherit' })
  // From a terminal, Ctrl-C reaches the child by itself; a second one could mean "at once".
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'))
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  process.on('SIGHUP', () => child.kill('SIGHUP'))
  child.on('error', (error) => fail(`${node} does not run: ${error.message}`))
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (signal ? constants.signals[signal] : 0)
  })
}

function fail(reason: string): void {
  console.error(`porthor: needs Node.js ${oldestMajor} or later, this is ${process.versions.node}; ${reason}`)
  process.exitCode = 1
}

if (Number.parseInt(process.versions.node, 10) >= oldestMajor) {
  await import('./cli/main.ts')
} else {
  const node = broughtNode()
  if (node) runBy(node)
  else fail('the one of the npm package "node" is not there, for its install script was kept from running')
}
