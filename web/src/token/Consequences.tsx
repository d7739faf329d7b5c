import { Text } from '@mantine/core'
import type { Revocation } from '../api/revocations.ts'
import type { TokenInfo } from '../api/types.ts'
import { Holders } from './Holders.tsx'
import { TokenNames } from './TokenNames.tsx'

interface ConsequencesProps {
  tokens: readonly TokenInfo[]
  revocation: Revocation
}

/** What would end, in words: the tokens, and by holder what was derived from them. */
export function Consequences({ tokens, revocation: { ended, gone } }: ConsequencesProps) {
  const chosen = new Set(tokens.map(({ token }) => token))
  const derived = ended.filter(({ token }) => !chosen.has(token))
  const words = tokens.length === 1 ? ONE : SEVERAL
  if (ended.length === 0) return <Text>{words.gone}</Text>
  return (
    <>
      {tokens.length > 1 && (
        <TokenNames
          tokens={tokens}
          remark={(token) => (gone.includes(token.token) ? ', has ended already' : '')}
        />
      )}
      {derived.length === 0 ? (
        <Text>{words.alone}</Text>
      ) : (
        <div>
          <Text>
            {words.end}, with {derived.length.toLocaleString()}{' '}
            {derived.length === 1 ? 'token that was' : 'tokens that were'} derived from {words.object}. This
            cannot be undone.
          </Text>
          <Holders tokens={derived} />
        </div>
      )}
    </>
  )
}

const ONE = {
  gone: 'It has ended already.',
  alone: 'Nothing was derived from it. It ends at once, and this cannot be undone.',
  end: 'It ends at once',
  object: 'it',
}

const SEVERAL = {
  gone: 'They have ended already.',
  alone: 'Nothing else was derived from them. They end at once, and this cannot be undone.',
  end: 'They end at once',
  object: 'them',
}
