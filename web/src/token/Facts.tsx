import { Badge } from '@mantine/core'
import type { ReactNode } from 'react'
import type { TokenDetails } from '../api/types.ts'
import { ScopeList } from '../components/ScopeList.tsx'
import { Time } from '../components/Time.tsx'
import { Expiry } from '../tokens/Expiry.tsx'
import { LastUse } from '../tokens/LastUse.tsx'
import { typeColor, typeName } from '../tokens/token-types.ts'
import classes from './Facts.module.css'
import { TokenLink } from './TokenLink.tsx'

interface FactsProps {
  token: TokenDetails
  /** The root first. */
  ancestors: readonly TokenDetails[]
}

export function Facts({ token, ancestors }: FactsProps) {
  return (
    <dl className={classes.facts}>
      <Fact name="Kind">
        <Badge variant="light" color={typeColor(token.token_type)} radius="sm" tt="none">
          {typeName(token.token_type)}
        </Badge>
      </Fact>
      <Fact name="Owner">{token.username}</Fact>
      <Fact name="Key">
        <code>{token.token}</code>
      </Fact>
      {token.note !== undefined && <Fact name="Note">{token.note}</Fact>}
      {token.service !== undefined && <Fact name="Service">{token.service}</Fact>}
      <Fact name="Scopes">
        <ScopeList scopes={token.scopes} />
      </Fact>
      <Fact name="Made">
        <Time seconds={token.created} />
      </Fact>
      <Fact name="Ends">
        <Expiry token={token} />
      </Fact>
      <Fact name="Last used">
        <LastUse token={token} />
      </Fact>
      {ancestors.length > 0 && (
        <Fact name="Derived from">
          <ol className={classes.ancestors}>
            {ancestors.map((ancestor) => (
              <li key={ancestor.token}>
                <TokenLink token={ancestor} />
              </li>
            ))}
          </ol>
        </Fact>
      )}
    </dl>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className={classes.fact}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
