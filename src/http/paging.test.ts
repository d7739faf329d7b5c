import { describe, expect, it } from 'vitest'
import { historyPageHeaders, pageLinks } from './paging.ts'

const url = (query: string) => ({ origin: 'http://example.com', path: '/list', query })

describe('the links of a page', () => {
  it('are absolute, with the cursor last', () => {
    const page = { entries: [], count: 21, nextCursor: '5_6', prevCursor: 'p7_8' }
    expect(historyPageHeaders(url('cursor=7_8&limit=2&key=x'), page)).toEqual({
      link: '<http://example.com/list?limit=2&key=x>; rel="first", <http://example.com/list?limit=2&key=x&cursor=5_6>; rel="next", <http://example.com/list?limit=2&key=x&cursor=p7_8>; rel="prev"',
      'x-total-count': '21',
    })
  })

  it('leave out what is not there', () => {
    expect(pageLinks(url(''), { next: null, prev: null })).toBe('<http://example.com/list>; rel="first"')
  })

  it('encode parameters anew, and keep those without a value in the first alone', () => {
    expect(pageLinks(url("a=1.0/24&b=&c=x%20y+z&a='*'"), { next: 'c', prev: null })).toBe(
      '<http://example.com/list?a=1.0%2F24&b=&c=x+y+z&a=%27%2A%27>; rel="first", <http://example.com/list?a=1.0%2F24&a=%27%2A%27&c=x+y+z&cursor=c>; rel="next"',
    )
  })

  it('begin with a cursor where a list without one has no pages', () => {
    expect(pageLinks(url('limit=2&cursor=9'), { next: '5_6', prev: null }, '')).toBe(
      '<http://example.com/list?limit=2&cursor=>; rel="first", <http://example.com/list?limit=2&cursor=5_6>; rel="next"',
    )
  })

  it('hold nothing that could end them', () => {
    expect(pageLinks(url('a=%3E%3B%22%0D%0A'), { next: null, prev: null })).toBe(
      '<http://example.com/list?a=%3E%3B%22%0D%0A>; rel="first"',
    )
  })
})
