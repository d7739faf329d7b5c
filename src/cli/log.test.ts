import { describe, expect, it } from 'vitest'
import { makeLog } from './log.ts'

function logged(form: 'json' | 'text', level: 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR' | 'CRITICAL') {
  const lines: string[] = []
  const log = makeLog({ form, level, destination: { write: (line) => lines.push(line) } })
  log.debug({}, 'Looked')
  log.info({ token_key: 'abc', token_scopes: ['read:all'] }, 'Created')
  log.warn({ user: 'alice' }, 'Odd')
  log.error({ error: 'two words' }, 'Failed')
  return lines
}

describe('the log for programs', () => {
  it('is one JSON object a line, with the fields that collectors know', () => {
    const [line = ''] = logged('json', 'INFO')
    expect(JSON.parse(line)).toEqual({
      severity: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      logger: 'porthor',
      token_key: 'abc',
      token_scopes: ['read:all'],
      event: 'Created',
    })
    expect(line).toMatch(/\n$/)
  })

  it.each([
    ['DEBUG', ['debug', 'info', 'warning', 'error']],
    ['INFO', ['info', 'warning', 'error']],
    ['WARNING', ['warning', 'error']],
    ['ERROR', ['error']],
    ['CRITICAL', []],
  ] as const)('at level %s has severities %j', (level, severities) => {
    expect(logged('json', level).map((line) => JSON.parse(line).severity)).toEqual(severities)
  })
})

describe('the log for people', () => {
  it('is a line for each event', () => {
    const lines = logged('text', 'INFO').map((line) => line.replace(/^\S+Z /, ''))
    expect(lines).toEqual([
      'info    Created token_key=abc token_scopes=["read:all"]\n',
      'warning Odd user=alice\n',
      'error   Failed error="two words"\n',
    ])
  })

  it('says in short which request an event belongs to', () => {
    const lines: string[] = []
    const log = makeLog({ form: 'text', level: 'INFO', destination: { write: (line) => lines.push(line) } })
    const httpRequest = {
      requestMethod: 'GET',
      requestUrl: '/x',
      remoteIp: '127.0.0.1',
      userAgent: 'a',
      status: 200,
    }
    log.info({ httpRequest, request_id: 'b', user: 'alice' }, 'Answered request')
    expect(lines[0]).toMatch(/Z info {4}Answered request \[GET \/x from 127\.0\.0\.1 -> 200\] user=alice\n$/)
  })
})
