import { useCallback, useState } from 'react'

/** A set to which things are added and from which they are taken by turns. */
export function useToggles() {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set())
  const toggle = useCallback((id: string) => {
    setIds((before) => {
      const after = new Set(before)
      if (!after.delete(id)) after.add(id)
      return after
    })
  }, [])
  const replace = useCallback((all: readonly string[]) => setIds(new Set(all)), [])
  return { ids, toggle, replace }
}
