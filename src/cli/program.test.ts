import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { collector } from '../../tests/cli/collector.ts'
import type { CliCommand } from './cli-command.ts'
import { buildProgram } from './program.ts'
import { cliReference } from './reference.ts'
import { runCommandLine } from './run.ts'

function testShell() {
  return { stdin: process.stdin, stdout: collector(), stderr: collector(), environment: {} }
}

async function run(...args: string[]) {
  const shell = testShell()
  const status = await runCommandLine(args, shell)
  return { status, output: shell.stdout.text(), errors: shell.stderr.text() }
}

function commandsBelow(command: Command): CliCommand[] {
  return command.commands.flatMap((child) => [child as CliCommand, ...commandsBelow(child)])
}

const commands = commandsBelow(buildProgram(testShell())).map((command) => ({
  name: nameOf(command),
  command,
}))

function nameOf(command: Command): string {
  return command.parent?.parent ? `${nameOf(command.parent)} ${command.name()}` : command.name()
}

describe.each(commands)('porthor $name', ({ name, command }) => {
  it('has an example of itself in its help', async () => {
    const { status, output } = await run(...name.split(' '), '--help')
    expect(status).toBe(0)
    const [, examples = ''] = output.split('\nExamples:\n')
    expect(examples).toContain(`porthor ${name}`)
    expect(output).toContain('\nExit codes: 0 ')
  })

  it('says what it does, and what each option does', () => {
    expect(command.description()).not.toBe('')
    for (const { description } of [...command.options, ...command.registeredArguments]) {
      expect(description).toBeTruthy()
    }
  })

  it('is what help shows as well', async () => {
    expect((await run('help', ...name.split(' '))).output).toBe((await run(...name.split(' '), '-h')).output)
  })

  it('refuses options that it does not have', async () => {
    const { status, output, errors } = await run(...name.split(' '), '--no-such-option')
    expect(status).toBe(2)
    expect(output).toBe('')
    expect(errors).not.toBe('')
  })
})

describe('every option that is called the same', () => {
  it.each(['--json', '--yes', '--dry-run'])('%s takes no value', (flag) => {
    const options = commands.flatMap(({ command }) => command.options).filter(({ long }) => long === flag)
    expect(options.length).toBeGreaterThan(1)
    expect(options.map(({ flags }) => flags)).toEqual(options.map(() => flag))
  })
})

describe('porthor', () => {
  it('without a command shows its help on the error stream', async () => {
    const { status, output, errors } = await run()
    expect([status, output]).toEqual([2, ''])
    expect(errors).toContain('Usage: porthor')
  })

  it('with half a command does the same', async () => {
    const { status, errors } = await run('token')
    expect(status).toBe(2)
    expect(errors).toContain('Usage: porthor token')
  })

  it('says its version, and nothing else', async () => {
    const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'))
    expect(await run('--version')).toEqual({ status: 0, output: `${version}\n`, errors: '' })
  })

  it('knows no topic that is no command', async () => {
    const { status, errors } = await run('help', 'token', 'nonsense')
    expect([status, errors]).toEqual([2, 'porthor: There is no help topic token nonsense\n'])
  })

  it('suggests what may have been meant', async () => {
    const { status, errors } = await run('tokn')
    expect(status).toBe(2)
    expect(errors).toContain('Did you mean token?')
  })

  it('ignores migrations of another kind, and says so', async () => {
    const { status, output, errors } = await run(
      'generate-token',
      '--alembic-config-path',
      '/app/alembic.ini',
    )
    expect(status).toBe(0)
    expect(output).toMatch(/^gt-\S+\n$/)
    expect(errors).toContain('--alembic-config-path is ignored')
  })
})

describe('docs/cli.md', () => {
  it('is what the commands say of themselves (made by scripts/make-cli-reference.ts)', async () => {
    const page = await readFile(new URL('../../docs/cli.md', import.meta.url), 'utf8')
    expect(page).toBe(cliReference(buildProgram(testShell())))
  })
})

it('takes a key that begins with a hyphen for a key', async () => {
  const { status, errors } = await run(
    'token',
    'show',
    '-mhTRShp0Zjo1GZ6Tax_rw',
    '--config',
    '/no/such/file',
    '--json',
  )
  expect(status).toBe(1)
  expect(errors).toContain('/no/such/file')
})
