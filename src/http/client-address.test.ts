import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ClientAddresses } from './client-address.ts'

const addresses = new ClientAddresses(['10.0.0.0/8', '2001:db8:aaaa::/48'])

function client(
  peer: string | undefined,
  forwardedFor?: string | string[],
  forwardedProto?: string | string[],
) {
  return addresses.resolve({
    peer,
    forwardedFor: forwardedFor === undefined ? [] : [forwardedFor].flat(),
    forwardedProto: forwardedProto === undefined ? [] : [forwardedProto].flat(),
  })
}

describe('the address of a client', () => {
  it('is the peer’s where nothing was forwarded', () => {
    expect(client('192.0.2.1')).toEqual({ address: '192.0.2.1', scheme: null, viaProxy: false })
    expect(client('10.1.1.1').address).toBe('10.1.1.1')
  })

  it('is the right-most one that is no proxy’s', () => {
    expect(client('10.1.1.1', '198.51.100.7, 192.0.2.1, 10.2.2.2').address).toBe('192.0.2.1')
  })

  it('is the left-most where all are proxies’', () => {
    expect(client('10.1.1.1', '10.3.3.3, 10.2.2.2').address).toBe('10.3.3.3')
  })

  it('is the peer’s where the peer is no proxy: anybody can write a header', () => {
    expect(client('192.0.2.1', '198.51.100.7', 'https')).toEqual({
      address: '192.0.2.1',
      scheme: null,
      viaProxy: false,
    })
  })

  it('is the peer’s where no proxies are configured', () => {
    const open = new ClientAddresses([])
    const forwarding = { peer: '10.1.1.1', forwardedFor: ['192.0.2.1'], forwardedProto: ['https'] }
    expect(open.resolve(forwarding)).toMatchObject({ address: '10.1.1.1', scheme: null })
  })

  it('is the peer’s where the header comes twice or is empty', () => {
    expect(client('10.1.1.1', ['192.0.2.1', '192.0.2.2']).address).toBe('10.1.1.1')
    expect(client('10.1.1.1', '').address).toBe('10.1.1.1')
  })

  it.each(['unknown', '_hidden', '192.0.2.256', '192.0.2.1, unknown', '; DROP', '0x7f.1', '1'])(
    'does not come from what is no address: %s',
    (chain) => expect(client('10.1.1.1', chain).address).toBe('10.1.1.1'),
  )

  it('is not looked for left of what is no address', () => {
    expect(client('10.1.1.1', '192.0.2.1, unknown, 10.2.2.2').address).toBe('10.2.2.2')
  })

  it('may be given with a port', () => {
    expect(client('10.1.1.1', '192.0.2.1:4711').address).toBe('192.0.2.1')
    expect(client('10.1.1.1', '[2001:db8::1]:4711').address).toBe('2001:db8::1')
    expect(client('10.1.1.1', '[2001:db8::1]').address).toBe('2001:db8::1')
  })

  it('is written in one way', () => {
    expect(client('::ffff:192.0.2.1').address).toBe('192.0.2.1')
    expect(client('2001:0DB8:0:0::1').address).toBe('2001:db8::1')
    expect(client('fe80::1%eth0').address).toBe('fe80::1')
    expect(client('::ffff:10.1.1.1', '::ffff:192.0.2.1').address).toBe('192.0.2.1')
    expect(client('2001:db8:aaaa::5', '192.0.2.1').address).toBe('192.0.2.1')
  })

  it('is not known without a peer', () => {
    expect(client(undefined, '192.0.2.1').address).toBeNull()
  })

  it('is an address or the peer’s, whatever was forwarded', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (chain, proto) => {
        const { address, scheme } = client('10.1.1.1', chain, proto)
        expect(address).toMatch(/^[0-9a-f.:]+$/)
        expect([null, 'http', 'https']).toContain(scheme)
      }),
    )
  })
})

describe('the scheme that a client used', () => {
  it('stands where its address stands, counted from the right', () => {
    expect(client('10.1.1.1', '192.0.2.1, 10.2.2.2', 'https, http').scheme).toBe('https')
    expect(client('10.1.1.1', '198.51.100.7, 192.0.2.1', 'https, http').scheme).toBe('http')
  })

  it('is the first where there are fewer', () => {
    expect(client('10.1.1.1', '192.0.2.1, 10.2.2.2', 'https').scheme).toBe('https')
  })

  it('is not believed without an address, or given twice, or another than HTTP’s', () => {
    expect(client('10.1.1.1', undefined, 'https').scheme).toBeNull()
    expect(client('10.1.1.1', '192.0.2.1', ['https', 'https']).scheme).toBeNull()
    expect(client('10.1.1.1', '192.0.2.1', 'javascript').scheme).toBeNull()
  })
})
