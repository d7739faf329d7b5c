import { expect, it } from 'vitest'
import { prefers } from './media-types.ts'

it.each([
  ['text/csv', true],
  ['TEXT/CSV; charset=utf-8', true],
  ['text/*', true],
  ['text/csv, */*', false],
  ['text/csv, */*;q=0.5', true],
  ['application/json;q=0.5, text/csv;q=0.8', true],
  ['application/json, text/csv', false],
  ['application/json', false],
  ['*/*', false],
  ['text/csv;q=0', false],
  ['text/csv;q=nonsense', false],
  ['', false],
  [undefined, false],
])('%j prefers CSV to JSON: %s', (accept, isPreferred) => {
  expect(prefers(accept, 'text/csv', 'application/json')).toBe(isPreferred)
})
