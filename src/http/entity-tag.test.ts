import { describe, expect, it } from 'vitest'
import { meets } from './entity-tag.ts'

describe('a change is made', () => {
  it.each([
    ['whatever is there, where nothing is said', {}, '"a"', true],
    ['whatever is not there, where nothing is said', {}, null, true],
    ['in the state that was seen', { 'if-match': '"a"' }, '"a"', true],
    ['in one of several states', { 'if-match': '"b" ,"a"' }, '"a"', true],
    ['not in another', { 'if-match': '"b"' }, '"a"', false],
    ['not where there is nothing any more', { 'if-match': '"a"' }, null, false],
    ['to something', { 'if-match': ' * ' }, '"a"', true],
    ['not to nothing', { 'if-match': '*' }, null, false],
    ['not by a weak tag', { 'if-match': 'W/"a"' }, '"a"', false],
    ['to nothing', { 'if-none-match': '*' }, null, true],
    ['not to something', { 'if-none-match': '*' }, '"a"', false],
    ['in a state other than the one named', { 'if-none-match': '"b"' }, '"a"', true],
    ['not in the one named', { 'if-none-match': '"a"' }, '"a"', false],
  ])('%s', (_what, headers, tag, isMade) => expect(meets(headers, tag)).toBe(isMade))
})
