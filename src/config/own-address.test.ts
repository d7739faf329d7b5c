import { expect, it } from 'vitest'
import { parseOwnAddress } from './own-address.ts'

it.each([
  ['127.0.0.1:8081', { kind: 'port', host: '127.0.0.1', port: 8081 }],
  ['localhost:0', { kind: 'port', host: 'localhost', port: 0 }],
  ['[::1]:8081', { kind: 'port', host: '::1', port: 8081 }],
  ['unix:/run/porthor/gate.sock', { kind: 'socket', path: '/run/porthor/gate.sock' }],
])('%s is an address', (text, address) => {
  expect(parseOwnAddress(text)).toEqual(address)
})

it.each([
  ...[
    '',
    '8081',
    ':8081',
    '::1:8081',
    '[127.0.0.1]:8081',
    '[x]:8081',
    '-:1',
    'host:65536',
    'host:-1',
    'host:',
  ],
  ...['unix:', 'unix:gate.sock', 'unix:/\0', `unix:/${'x'.repeat(103)}`, '/run/gate.sock'],
])('%j is none', (text) => {
  expect(parseOwnAddress(text)).toBeNull()
})
