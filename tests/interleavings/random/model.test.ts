import { describe, expect, it } from 'vitest'
import type { Answer, Command } from './commands.ts'
import { applyInSomeOrder, type Model, type ModelToken } from './model.ts'

const PARENT = 'P'.repeat(22)
const CHILD = 'C'.repeat(22)

function tokenOf(key: string): string {
  return `gt-${key}.${'s'.repeat(22)}`
}

function parentWith(scopes: readonly string[]): Model {
  const parent: ModelToken = {
    ...{ key: PARENT, type: 'user', name: 'laptop', scopes, parent: null, service: null },
    token: tokenOf(PARENT),
  }
  return { tokens: new Map([[PARENT, parent]]), frozen: false }
}

function delegation(scopes: readonly string[]): [Command, Answer] {
  return [
    { kind: 'delegate', parent: PARENT, service: 'tap', scopes },
    { kind: 'done', token: tokenOf(CHILD) },
  ]
}

function modification(scopes: readonly string[]): [Command, Answer] {
  return [
    { kind: 'modify', key: PARENT, scopes },
    { kind: 'done', token: null },
  ]
}

/** Of each model: what parent and child have. */
function scopesOf(models: readonly Model[]): string[] {
  const ofKey = ({ tokens }: Model, key: string) => tokens.get(key)?.scopes.join('+')
  return [...new Set(models.map((model) => `${ofKey(model, PARENT)} > ${ofKey(model, CHILD)}`))].toSorted()
}

describe('the model of random commands', () => {
  it('lets a delegation be authenticated before changes of its parent, and be carried out after them', () => {
    const models = applyInSomeOrder(parentWith(['exec', 'user']), [
      delegation(['read', 'user']),
      modification(['read']),
      modification(['exec', 'read', 'user']),
    ])
    expect(scopesOf(models)).toContain('exec+read+user > user')
  })

  it('does not let a delegation give what its parent has not when it is carried out', () => {
    const models = applyInSomeOrder(parentWith(['exec', 'user']), [
      delegation(['exec', 'user']),
      modification(['user']),
    ])
    expect(scopesOf(models)).toEqual(['user > user'])
  })

  it('does not let a delegation give what its parent had before it was asked for', () => {
    const [narrowed] = applyInSomeOrder(parentWith(['exec', 'user']), [modification(['user'])])
    const models = narrowed ? applyInSomeOrder(narrowed, [delegation(['exec', 'user'])]) : []
    expect(scopesOf(models)).toEqual(['user > user'])
  })
})
