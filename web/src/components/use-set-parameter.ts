import { useSearchParams } from 'react-router'

/** Sets a parameter of the page's address; empty: takes it away. Going back does not go through these changes. */
export function useSetParameter(): (name: string, value: string) => void {
  const [, setParameters] = useSearchParams()
  return (name, value) => {
    // Not as it was when this was rendered: another parameter may have been set since.
    const parameters = new URLSearchParams(window.location.search)
    if (value === '') parameters.delete(name)
    else parameters.set(name, value)
    setParameters(parameters, { replace: true, preventScrollReset: true })
  }
}
